// Peels containers off by their first bytes, to kDepth: data.tar.gz, traces.zip with part.json.gz inside.

#include "input/sources.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace aisle {

namespace {

constexpr int kDepth = 4;

std::string joined(const std::string& outer, std::string_view inner) {
    return outer.empty() ? std::string(inner) : outer + "+" + std::string(inner);
}

/// The members of one input, those of archives inside it included.
class NestedInput : public Input {
public:
    NestedInput(std::unique_ptr<ByteSource> source, std::string name, const ImportProgress& progress, uint64_t packedBytes,
                uint64_t unpackBytes)
        : m_name(std::move(name)), m_guard(m_name, progress, packedBytes, unpackBytes) {
        m_first = InputMember{m_name, {}, std::move(source)};
    }

    std::optional<InputMember> next() override {
        for (;;) {
            std::optional<InputMember> member;
            bool outermost = false;
            if (m_first) {
                member = std::move(m_first);
                m_first.reset();
                outermost = true;
            } else {
                while (!member && !m_archives.empty()) {
                    try {
                        member = m_archives.back().input->next();
                    } catch (const ImportError& e) {
                        if (m_archives.size() == 1)
                            throw; // what is behind the damage cannot be found
                        m_archives.pop_back();
                        return InputMember{m_archives.back().name, m_archives.back().container, failingSource(e.what())};
                    }
                    if (!member)
                        m_archives.pop_back();
                    else
                        member->container = m_archives.back().container;
                }
                if (!member)
                    return std::nullopt;
            }
            try {
                if (unpack(*member, outermost))
                    return member;
            } catch (const ImportError& e) {
                if (outermost)
                    throw;
                member->source = failingSource(e.what()); // the others can still be read
                return member;
            }
        }
    }

private:
    struct Archive {
        std::unique_ptr<Input> input;
        std::string name, container;
        int depth;
    };

    /// Strips compression; false when it is an archive, whose members come next.
    bool unpack(InputMember& member, bool outermost) {
        int depth = m_archives.empty() ? 0 : m_archives.back().depth;
        for (;;) {
            std::string head = readHead(*member.source, kContainerHead);
            if (head.empty() && outermost)
                throw ImportError(member.name + " is empty");
            const std::string_view container = containerOf(head);
            auto* const file = dynamic_cast<SeekableSource*>(member.source.get());
            if (container != "zip" || !file || file->seek(0, SEEK_SET) != 0)
                member.source = concatenate(std::move(head), std::move(member.source));
            if (container.empty())
                return true;
            if (++depth > kDepth)
                throw ImportError(member.name + " is packed more than four times; unpack it first");
            if (isArchive(container)) {
                const std::string all = joined(member.container, container);
                m_archives.push_back({openArchive(std::move(member.source), member.name, container, m_guard),
                                      member.name, all, depth});
                return false;
            }
            member.source = openCompressed(std::move(member.source), member.name, container, m_guard);
            member.container = joined(member.container, container);
        }
    }

    std::string m_name;
    UnpackGuard m_guard;
    std::optional<InputMember> m_first;
    std::vector<Archive> m_archives; ///< innermost last
};

bool canList(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::directory_iterator probe(folder, error);
    return !error;
}

} // namespace

FolderContent filesIn(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    FolderContent found;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::end(at); at.increment(error)) {
        const bool isHidden = at->path().filename().string().starts_with('.');
        std::error_code ignored;
        const auto type = at->symlink_status(ignored).type();
        if (isHidden && type == fs::file_type::directory)
            at.disable_recursion_pending();
        else if (type == fs::file_type::directory)
            found.unreadable += !canList(at->path());
        if (isHidden || type == fs::file_type::directory)
            continue;
        if (type == fs::file_type::regular)
            found.files.push_back(at->path());
        else
            ++(type == fs::file_type::symlink ? found.links : found.special);
    }
    found.unreadable += error ? 1 : 0; // the walk ends there
    std::sort(found.files.begin(), found.files.end());
    return found;
}

std::string nameWithin(const std::filesystem::path& path, const std::string& name) {
    const std::string archive = path.string() + "/";
    return name.starts_with(archive) ? name.substr(archive.size()) : std::string();
}

std::unique_ptr<Input> openInput(const std::filesystem::path& path, ImportProgress& progress, uint64_t unpackBytes) {
    std::string name = path == "-" ? "standard input" : path.string();
    auto source = openPlain(path, progress);
    const int64_t at = source->seek(0, SEEK_CUR), size = source->seek(0, SEEK_END); // of a pipe none
    source->seek(at, SEEK_SET);
    return std::make_unique<NestedInput>(std::move(source), std::move(name), progress, static_cast<uint64_t>(std::max<int64_t>(size, 0)), unpackBytes);
}

} // namespace aisle
