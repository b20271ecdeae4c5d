#include "privacy/command_line.h"

#include "privacy/masking_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aisle {

using namespace privacy;

struct ProgramOptions {
    std::string_view program;
    std::string_view option;
    bool isOfUser = false;         ///< user:password
    bool isApart = true;           ///< the value may be the next word; mysql -p asks for it
    bool isAttached = true;        ///< -pPASS; `-a` of redis-cli is a word alone
    std::string_view longOption = {}; ///< of the same, which does not say so by its name
    std::string_view subCommand = {};
    bool isJoined = false;         ///< other options may stand before it in one word: -su
    bool runsAnother = false;      ///< the rest is of another program
};

namespace {

constexpr std::array<ProgramOptions, 16> kPrograms = {{{"curl", "-u", true, true, true, "--user", {}, true},
                                                       {"mysql", "-p", false, false},
                                                       {"mysqldump", "-p", false, false},
                                                       {"mysqladmin", "-p", false, false},
                                                       {"mariadb", "-p", false, false},
                                                       {"mariadb-dump", "-p", false, false},
                                                       {"sshpass", "-p", false, true, true, {}, {}, false, true},
                                                       {"docker", "-p", false, true, true, {}, "login"},
                                                       {"podman", "-p", false, true, true, {}, "login"},
                                                       {"redis-cli", "-a", false, true, false},
                                                       {"mongo", "-p", false, true, false},
                                                       {"mongosh", "-p", false, true, false},
                                                       {"mongodump", "-p", false, true, false},
                                                       {"sqlcmd", "-P"},
                                                       {"ldapsearch", "-w"},
                                                       {"smbclient", "-U", true}}};

constexpr size_t kNpos = std::string_view::npos;

size_t secretOfUser(std::string_view word, size_t begin) {
    const size_t colon = word.find_first_of(":%", begin);
    return colon == kNpos || colon + 1 == word.size() ? kNpos : colon + 1;
}

} // namespace

size_t CommandLine::secretIn(std::string_view word) {
    const size_t secret = read(word);
    if (secret != kNpos && program_->runsAnother)
        program_ = nullptr;
    return secret;
}

size_t CommandLine::read(std::string_view word) {
    constexpr int kMostWords = 32;
    constexpr size_t kLongestName = 64;
    const Next next = std::exchange(next_, Next::Anything);
    if (word.size() <= kLongestName) {
        const std::string_view name = word.substr(word.find_last_of("/\\") + 1);
        const auto* found = std::find_if(kPrograms.begin(), kPrograms.end(), [&](const ProgramOptions& each) { return each.program == name; });
        if (next == Next::Anything && found != kPrograms.end()) {
            program_ = found;
            isReady_ = found->subCommand.empty();
            words_ = 0;
            return kNpos;
        }
    }
    if (program_ == nullptr)
        return kNpos;
    if (++words_ > kMostWords || word == "|" || word == "||" || word == "&&" || word == ";") {
        program_ = nullptr;
        return kNpos;
    }
    if (!word.starts_with('-') && next != Next::Anything)
        return next == Next::Secret ? 0 : secretOfUser(word, 0);
    isReady_ = isReady_ || word == program_->subCommand;
    if (!isReady_)
        return kNpos;
    const std::string_view letters = word.substr(std::min<size_t>(word.size(), 1));
    const bool isJoined = program_->isJoined && word.starts_with('-') && letters.ends_with(program_->option[1]) && std::all_of(letters.begin(), letters.end(), isLetter);
    if (word == program_->option || isJoined || (!program_->longOption.empty() && word == program_->longOption)) {
        if (program_->isApart)
            next_ = program_->isOfUser ? Next::UserAndSecret : Next::Secret;
        return kNpos;
    }
    if (!program_->longOption.empty() && word.starts_with(program_->longOption) && word[program_->longOption.size()] == '=')
        return secretOfUser(word, program_->longOption.size() + 1);
    if (!program_->isAttached || !word.starts_with(program_->option))
        return kNpos;
    return program_->isOfUser ? secretOfUser(word, program_->option.size()) : 0;
}

} // namespace aisle
