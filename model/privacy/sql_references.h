#pragma once
// What statements and documents of GraphQL have in the place of a value, and that is none: placeholders (?, $1, :email, @Email, %s, %(email)s),
// columns (users.email), calls (lower(email)), types (String!). And where a value that a program has put into a statement without quotes ends.
// Any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace aisle {

/// Of one text, which outlives it. Linear, also in all questions together, as long as those ascend.
class SqlReferences {
public:
    explicit SqlReferences(std::string_view text);

    /// Where what stands at `at` ends, which is behind a key; `at`: it may be a value. `key` as it is written in the text.
    size_t endOfReference(size_t at, std::string_view key, char separator);
    /// Where the clause begins that a value at `at` is not of any more; npos: there is none, or it is in no statement.
    size_t nextClause(size_t at);

private:
    struct Region {
        size_t begin = 0, end = 0;
    };

    void findRegions();
    void findTypes();
    void findVariables();
    size_t endOfRegion(size_t begin) const;
    const Region* regionAt(const std::vector<Region>& regions, size_t at) const;
    size_t endOfColumn(size_t at, std::string_view key) const;

    std::string_view text_;
    std::vector<Region> statements_, types_;       ///< ascending; types: of a schema of GraphQL
    std::unordered_set<std::string_view> variables_; ///< that a document of GraphQL declares, with their $
    size_t clause_ = 0;                            ///< the one that was found last, or npos
    size_t clauseOf_ = 0;                          ///< the end of its statement
};

} // namespace aisle
