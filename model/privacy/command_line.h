#pragma once
// Secrets in the words of a command line that short options give to programs which have them: curl -u greta:hunter2, mysql -phunter2,
// redis-cli -a hunter2. Long ones say by their name what they are, whatever the program (Masking::findOptions). Any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aisle {

struct ProgramOptions;

class CommandLine {
public:
    /// Of the next word, without its quotes, where the secret in it begins, which goes to its end; npos: it has none. Of -phunter2 that is
    /// the whole: a pseudonym is a word of its own.
    size_t secretIn(std::string_view word);
    /// Is the next word one, or does it have one, whatever it is? Then what its quotes hold is one word.
    bool isBeforeSecret() const { return next_ != Next::Anything; }

private:
    enum class Next : uint8_t { Anything, Secret, UserAndSecret };

    size_t read(std::string_view word);

    const ProgramOptions* program_ = nullptr;
    bool isReady_ = false; ///< the sub-command that has the option was read
    Next next_ = Next::Anything;
    int words_ = 0; ///< behind the program
};

} // namespace aisle
