# shellcheck shell=bash disable=SC2034
# What packaging/run and packaging/test share: packages, configuring, building. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The only list of what Aisle needs from the system; the names are the same in Debian 12, 13 and Ubuntu 24.04.
packages_build=(
    g++ cmake ninja-build pkg-config ccache lld
    qt6-base-dev qt6-svg-dev libgl-dev
    libsqlite3-dev libsimdjson-dev libprotozero-dev libarchive-dev libigraph-dev libre2-dev
    libcli11-dev nlohmann-json3-dev
    fonts-dejavu-core tzdata # Qt draws no text without a font, and knows no local time without zones
)
packages_fuzz=(clang libclang-rt-14-dev)
packages_test=(xvfb xauth bzip2 xz-utils zip zstd) # the last four pack what the import tests unpack

# ccache keeps files that use a precompiled header only with these.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}

cores=$(nproc 2>/dev/null || echo 2)

say() { printf -- '-- %s\n' "$*"; }

die() {
    printf '%s: %s\n' "packaging/$(basename "$0")" "$*" >&2
    exit 1
}

install_line() { printf 'apt-get update && apt-get install -y --no-install-recommends %s' "$*"; }

# need_packages NAME...: installs those that are missing. Does not touch apt when none is.
need_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "No apt here. Aisle needs these, by their Debian names: $*"
        local tool
        for tool in cmake ninja c++; do
            command -v "$tool" >/dev/null || die "$tool is missing."
        done
        return
    fi

    local -A installed=()
    local name missing=()
    while read -r name; do installed[$name]=1; done < <(
        # shellcheck disable=SC2016 # dpkg-query's own placeholders
        dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'
    )
    for name in "$@"; do
        [[ -v installed[$name] ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0

    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            printf 'Packages are missing, and this is neither root nor is there sudo. Run once:\n'
            printf "  su -c '%s'\n" "$(install_line "${missing[@]}")"
            exit 1
        fi
        as_root=(sudo "${as_root[@]}")
    fi

    say "Installing ${#missing[@]} missing packages and what they need: ${missing[*]}"
    local log
    log=$(mktemp)
    if "${as_root[@]}" apt-get -q update >"$log" 2>&1 &&
        "${as_root[@]}" apt-get -qy -o Acquire::Retries=3 install --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    printf 'The packages could not be installed. Run as root:\n  %s\n' "$(install_line "${missing[@]}")"
    exit 1
}

# configure PRESET [CMAKE ARGUMENT...]: quiet unless it fails.
configure() {
    local log
    log=$(mktemp)
    if ! (cd "$root" && cmake --preset "$@") >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "Configuring failed."
    fi
    rm -f "$log"
}

# Of ninja's lines that start "@ 12% ", the first in each tenth; all others whole.
tenths() {
    local line last=0
    while IFS= read -r line; do
        if [[ $line =~ ^@\ *([0-9]+)%\  ]]; then
            ((BASH_REMATCH[1] / 10 > last)) || continue
            last=$((BASH_REMATCH[1] / 10))
            printf '   %d %%\n' $((last * 10))
        elif [[ $line != "ninja: no work to do." ]]; then
            printf '%s\n' "$line"
        fi
    done
}

# build FOLDER [TARGET...]
build() {
    local folder=$1
    shift
    say "Building in ${folder#"$root"/} on $cores cores"
    local arguments=(--build "$folder" --parallel "$cores")
    (($# == 0)) || arguments+=(--target "$@")
    # A terminal gets ninja's one line that counts up, a log one line per tenth, and both what goes wrong.
    if [[ -t 1 ]]; then
        cmake "${arguments[@]}" || die "The build failed."
    else
        NINJA_STATUS='@%p ' cmake "${arguments[@]}" | tenths || die "The build failed."
    fi
}
