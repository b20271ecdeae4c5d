#include "privacy/pseudonyms.h"

#include "store/user_items.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace aisle {

namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kIdLength = 10, kCheckLength = 2, kLength = kIdLength + kCheckLength;
constexpr std::string_view kSaltName = "salt";
/// Among the prefixes of tokens in resources/presets/privacy.json: the salt itself never leaves either.
constexpr std::string_view kSaltPrefix = "aisle_salt_";

bool isOfAlphabet(char c) { return kAlphabet.find(c) != std::string_view::npos; }
bool isWordCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80; }

/// The first `characters` of base32 of the code.
std::string code(const std::string& salt, std::string_view domain, std::string_view word, std::string_view value, size_t characters) {
    QMessageAuthenticationCode hmac(QCryptographicHash::Sha256, QByteArray(salt.data(), static_cast<qsizetype>(salt.size())));
    for (const std::string_view part : {domain, word, value}) {
        hmac.addData(part.data(), static_cast<qsizetype>(part.size()));
        hmac.addData("\0", 1);
    }
    const QByteArray bytes = hmac.result();
    std::string out;
    uint32_t bits = 0, held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 5 && out.size() < characters; held -= 5)
            out += kAlphabet[(bits >> (held - 5)) & 31];
        if (out.size() == characters)
            break;
    }
    return out;
}

} // namespace

Pseudonyms::Pseudonyms(std::string salt, std::vector<std::string> words) : salt_(std::move(salt)), words_(std::move(words)) {}

std::string Pseudonyms::check(std::string_view word, std::string_view id) const { return code(salt_, "check", word, id, kCheckLength); }

std::string Pseudonyms::of(std::string_view word, std::string_view value) const {
    const std::string id = code(salt_, "value", word, value, kIdLength);
    return std::string(word) + " " + id + check(word, id);
}

bool Pseudonyms::isOne(std::string_view text) const {
    const auto places = findIn(text);
    return places.size() == 1 && places[0].begin == 0 && places[0].end == text.size();
}

std::vector<Pseudonyms::Place> Pseudonyms::findIn(std::string_view text) const {
    std::vector<Place> out;
    for (size_t space = text.find(' '); space != std::string_view::npos; space = text.find(' ', space + 1)) {
        const size_t end = space + 1 + kLength;
        if (end > text.size() || (end < text.size() && isWordCharacter(text[end])))
            continue;
        const std::string_view id = text.substr(space + 1, kLength);
        if (!std::all_of(id.begin(), id.end(), isOfAlphabet))
            continue;
        for (const std::string& word : words_)
            if (text.substr(0, space).ends_with(word) && check(word, id.substr(0, kIdLength)) == id.substr(kIdLength)) {
                out.push_back({space - word.size(), end});
                break;
            }
    }
    return out;
}

std::string newMaskingSalt() {
    std::array<quint32, 8> random{};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    const QByteArray bytes(reinterpret_cast<const char*>(random.data()), sizeof random);
    return std::string(kSaltPrefix) + bytes.toHex().toStdString();
}

std::string keptMaskingSalt(Database& db) {
    const auto kept = userItems(db, kMaskingSalt, 1);
    return kept.empty() ? std::string() : kept.front().content;
}

std::string maskingSalt(Database& db) {
    if (std::string kept = keptMaskingSalt(db); !kept.empty())
        return kept;
    addUserItem(db, kMaskingSalt, {std::string(kSaltName), newMaskingSalt(), 0}); // or another process has just done so
    return keptMaskingSalt(db);
}

} // namespace aisle
