#include "store/user_items.h"

namespace aisle {

std::vector<UserItem> userItems(Database& db, std::string_view kind, size_t most) {
    std::vector<UserItem> out;
    if (db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'user_item'") == 0)
        return out;
    Statement s = db.prepare("SELECT name, content, changed FROM user_item WHERE kind = ?1 AND length(name) + length(content) <= 1048576 ORDER BY changed DESC, id DESC LIMIT ?2");
    for (s.bind(1, kind).bind(2, static_cast<int64_t>(most)); s.step();)
        out.push_back({std::string(s.text(0)), std::string(s.text(1)), s.integer(2)});
    return out;
}

void keepUserItem(Database& db, std::string_view kind, const UserItem& item, size_t most) {
    Transaction transaction(db);
    db.prepare("INSERT OR REPLACE INTO user_item(kind, name, content, changed) VALUES(?1, ?2, ?3, ?4)")
        .bind(1, kind)
        .bind(2, std::string_view(item.name))
        .bind(3, std::string_view(item.content))
        .bind(4, item.changed)
        .run();
    if (most > 0)
        db.prepare("DELETE FROM user_item WHERE kind = ?1 AND id NOT IN (SELECT id FROM user_item WHERE kind = ?1 ORDER BY changed DESC, id DESC LIMIT ?2)")
            .bind(1, kind)
            .bind(2, static_cast<int64_t>(most))
            .run();
    transaction.commit();
}

bool addUserItem(Database& db, std::string_view kind, const UserItem& item) {
    Statement s = db.prepare("INSERT OR IGNORE INTO user_item(kind, name, content, changed) VALUES(?1, ?2, ?3, ?4) RETURNING id");
    const bool isAdded = s.bind(1, kind).bind(2, std::string_view(item.name)).bind(3, std::string_view(item.content)).bind(4, item.changed).step();
    while (isAdded && s.step()) {
    }
    return isAdded;
}

void removeUserItem(Database& db, std::string_view kind, std::string_view name) {
    db.prepare("DELETE FROM user_item WHERE kind = ?1 AND name = ?2").bind(1, kind).bind(2, name).run();
}

} // namespace aisle
