#pragma once
// The one way out of the application: clipboard, files, pictures, command-line output. Every caller hands its
// text through a Redactor here; tests/model/tst_export.cpp lists all callers.

#include "export/tabular.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace aisle {

/// Decides what of a value may leave. This one lets everything pass; privacy/masking_redactor.h masks.
class Redactor {
public:
    virtual ~Redactor() = default;
    /// `key`: attribute key or column name that says what the value is.
    virtual std::string redact(std::string_view key, std::string_view value) const;
    /// Of a value that is a number, true or false and no text; what comes back may be a text.
    virtual std::string redactNumber(std::string_view key, std::string_view number) const { return redact(key, number); }
};

enum class TextFormat { Text, Csv, Json };

class Export {
public:
    explicit Export(std::shared_ptr<const Redactor> redactor = std::make_shared<Redactor>());

    const Redactor& redactor() const { return *redactor_; }
    /// Aligned text (values of all columns but the last cut to 100 characters; without rows the notes alone), CSV (RFC 4180, values that a spreadsheet would run as a formula get a leading ') or JSON
    /// (an array of objects); all cells and notes redacted, as values of Column::valuesOf. What stands in a column "value" beside one "key" or "field" is redacted as a value of that.
    std::string render(const Tabular& table, TextFormat format) const;
    /// One value that a user copies ("copy value").
    std::string render(std::string_view key, std::string_view value) const;

    using Write = std::function<void(std::string_view bytes)>;
    /// Whole or not at all; throws std::runtime_error with a sentence that names the path. `produce` writes piece by
    /// piece, and may throw.
    void toFile(const std::filesystem::path& path, const std::function<void(const Write&)>& produce) const;
    void toFile(const std::filesystem::path& path, std::string_view bytes) const {
        toFile(path, [bytes](const Write& write) { write(bytes); });
    }
    /// Throws when standard output is closed or full.
    void toStdout(std::string_view bytes) const;
    /// Set by the window; text that was rendered here.
    std::function<void(const std::string&)> clipboard;
    void toClipboard(const std::string& text) const {
        if (clipboard)
            clipboard(text);
    }
    /// The same for what is merely selected, where the middle button pastes that (X11).
    std::function<void(const std::string&)> marked;
    void toMarked(const std::string& text) const {
        if (marked)
            marked(text);
    }

private:
    std::shared_ptr<const Redactor> redactor_;
};

} // namespace aisle
