#include "export/export.h"

#include "export/csv_text.h"
#include "export/redacted_cells.h"
#include "store/workspace.h"
#include "text/utf8.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <sys/stat.h>
#include <unistd.h>

namespace aisle {

namespace {

/// Columns as a terminal counts them: one per code point.
size_t width(std::string_view text) {
    size_t n = 0;
    for (const char c : text)
        n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return n;
}

std::string csvField(std::string_view text, bool isText) {
    std::string out;
    appendCsvField(out, text, isText);
    return out;
}

/// Of a wider text: its first characters and an ellipsis.
std::string cutTo(const std::string& text, size_t most) {
    size_t at = 0;
    for (size_t n = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && ++n == most)
            break;
    return text.substr(0, at) + "\u2026";
}

std::string renderText(const Tabular& table, std::vector<std::vector<std::string>> cells, const Redactor& redactor) {
    // What stands behind a very wide value would be off every screen. Behind the last column nothing stands.
    constexpr size_t kWidest = 100;
    bool isCut = false;
    for (auto& row : cells)
        for (size_t c = 0; c + 1 < table.columns.size() && c < row.size(); ++c)
            if (width(row[c]) > kWidest) {
                row[c] = cutTo(row[c], kWidest);
                isCut = true;
            }
    std::vector<size_t> widths;
    for (const Column& column : table.columns)
        widths.push_back(width(column.title));
    for (const auto& row : cells)
        for (size_t c = 0; c < row.size() && c < widths.size(); ++c)
            widths[c] = std::max(widths[c], width(row[c]));
    std::string out;
    const auto line = [&](auto&& textOf) {
        std::string text;
        for (size_t c = 0; c < widths.size(); ++c) {
            const std::string cell = textOf(c);
            const std::string fill(widths[c] - std::min(widths[c], width(cell)), ' ');
            text += (c > 0 ? "  " : "") + (table.columns[c].isNumber ? fill + cell : cell + fill);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    if (!cells.empty() || table.notes.empty()) // a sentence says better that there is nothing than a bare head
        line([&](size_t c) { return printable(table.columns[c].title); });
    for (const auto& row : cells)
        line([&](size_t c) { return c < row.size() ? row[c] : std::string(); });
    for (const std::string& note : table.notes)
        out += (out.empty() ? "" : "\n") + printable(redactor.redact("note", note)) + "\n";
    if (isCut)
        out += "\nValues wider than " + std::to_string(kWidest) + " characters are cut here; csv and json have them whole.\n";
    return out;
}

} // namespace

std::string Redactor::redact(std::string_view, std::string_view value) const { return std::string(value); }

Export::Export(std::shared_ptr<const Redactor> redactor) : redactor_(std::move(redactor)) {}

std::string Export::render(std::string_view key, std::string_view value) const { return redactor_->redact(key, value); }

std::string Export::render(const Tabular& table, TextFormat format) const {
    if (format == TextFormat::Json) {
        const CellKeys keys(table);
        nlohmann::ordered_json out = nlohmann::ordered_json::array();
        for (const auto& row : table.rows) {
            nlohmann::ordered_json object = nlohmann::ordered_json::object();
            for (size_t c = 0; c < table.columns.size() && c < row.size(); ++c) {
                const std::string& key = table.columns[c].key;
                const std::string whole = machineText(row[c]), of = keys.of(row, c);
                const std::string allowed = isNumber(row[c]) ? redactor_->redactNumber(of, whole) : redactor_->redact(of, whole);
                if (std::holds_alternative<std::string>(row[c].value) || allowed != whole)
                    object[key] = allowed;
                else if (const auto* integer = std::get_if<int64_t>(&row[c].value))
                    object[key] = *integer;
                else if (const auto* real = std::get_if<double>(&row[c].value))
                    object[key] = *real;
                else
                    object[key] = nullptr;
            }
            out.push_back(std::move(object));
        }
        return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    std::vector<std::vector<std::string>> cells = redactedCells(table, *redactor_, format == TextFormat::Text, table.rows.size());
    for (size_t r = 0; r < cells.size(); ++r)
        for (size_t c = 0; c < cells[r].size(); ++c)
            cells[r][c] = format == TextFormat::Csv ? csvField(cells[r][c], std::holds_alternative<std::string>(table.rows[r][c].value)) : printable(cells[r][c]);
    if (format == TextFormat::Text)
        return renderText(table, std::move(cells), *redactor_);
    std::string out;
    for (size_t c = 0; c < table.columns.size(); ++c)
        out += (c > 0 ? "," : "") + csvField(table.columns[c].key, true);
    out += "\r\n";
    for (const auto& row : cells) {
        for (size_t c = 0; c < row.size(); ++c)
            out += (c > 0 ? "," : "") + row[c];
        out += "\r\n";
    }
    return out;
}

void Export::toFile(const std::filesystem::path& name, const std::function<void(const Write&)>& produce) const {
    // The file behind a link; a device or pipe (/dev/stdout) is written to, never replaced.
    std::error_code notThere;
    std::filesystem::path path = std::filesystem::canonical(name, notThere);
    if (notThere)
        path = name;
    const auto type = std::filesystem::status(path, notThere).type();
    const bool isDevice = type == std::filesystem::file_type::character || type == std::filesystem::file_type::fifo ||
                          type == std::filesystem::file_type::socket || type == std::filesystem::file_type::block;
    if (looksLikeWorkspace(path))
        throw std::runtime_error(name.string() + " is a workspace or another database; it is not overwritten. Choose another name.");
    // A name of its own: two exports to one name, or a link that somebody laid there, do not meet.
    std::string unique = path.string() + ".XXXXXX";
    const int descriptor = isDevice ? -1 : ::mkstemp(unique.data());
    if (!isDevice && descriptor < 0)
        throw std::runtime_error(name.string() + " cannot be written: " + std::strerror(errno) + ".");
    if (descriptor >= 0) {
        const mode_t mask = ::umask(0);
        ::umask(mask);
        ::fchmod(descriptor, 0666 & ~mask); // as a file that is written plainly
        ::close(descriptor);
    }
    const std::filesystem::path partial = isDevice ? path : std::filesystem::path(unique);
    const auto fail = [&](const std::string& why) {
        std::error_code ignored;
        if (!isDevice)
            std::filesystem::remove(partial, ignored);
        throw std::runtime_error(name.string() + " cannot be written: " + why + ".");
    };
    {
        std::ofstream out(partial, std::ios::binary | std::ios::trunc);
        if (!out)
            fail(std::strerror(errno));
        try {
            produce([&](std::string_view bytes) {
                out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
                if (!out)
                    fail(std::strerror(errno));
            });
        } catch (...) {
            std::error_code ignored;
            if (!isDevice)
                std::filesystem::remove(partial, ignored);
            throw;
        }
        out.flush();
        if (!out)
            fail(std::strerror(errno));
    }
    if (isDevice)
        return;
    std::error_code error;
    std::filesystem::rename(partial, path, error);
    if (error)
        fail(error.message());
}

void Export::toStdout(std::string_view bytes) const {
    std::string shown; // on a terminal CSV and JSON must not steer it either
    if (::isatty(STDOUT_FILENO) == 1)
        bytes = shown = printableLines(bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
        throw std::runtime_error(std::string("Standard output cannot be written: ") + std::strerror(errno) + ".");
}

} // namespace aisle
