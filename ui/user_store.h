#pragma once
// What a user keeps in the workspace, of one kind: queries, views. Of a workspace that cannot be written it lasts as long as the
// window.
// Windows of one workspace see what is kept in each other.
// Thread: the UI thread; the store is read and written on workers, in order. What was kept is written also when the window is
// closed meanwhile.

#include "store/user_items.h"
#include "view_context.h"

#include <deque>
#include <map>
#include <optional>

namespace aisle {

class UserStore : public QObject {
    Q_OBJECT
public:
    /// `noun`: what one is called in sentences, "query". `most`: of which the newest are kept; `isEndless`: the oldest go by
    /// themselves, and nobody is told where they are not kept.
    UserStore(ViewContext& context, std::string_view kind, QString noun, size_t most, bool isEndless, QObject* parent);
    ~UserStore() override;

    const std::vector<UserItem>& items() const { return items_; } ///< newest first
    /// Takes the place of one with this name.
    void keep(const std::string& name, const std::string& content);
    /// Only where there is none of this name, also of another window or not read yet.
    void add(const std::string& name, const std::string& content);
    void remove(const std::string& name);

Q_SIGNALS:
    void changed();
    void failed(const QString& problem); ///< it is not in the workspace

private:
    struct Writes;
    void load();
    void read();
    void move();
    void put(const std::string& name, const std::string& content, bool isNew);
    void put(const UserItem& item, bool isNew);
    void take(const std::string& name);
    void write(const std::string& name, std::function<bool(Database&)> change);
    void written(const std::string& name, const QString& problem);

    ViewContext& context_;
    const std::string kind_;
    const QString noun_;
    const size_t most_;
    const bool isEndless_;
    std::shared_ptr<Workspace> workspace_;
    std::vector<UserItem> items_;
    /// Since the workspace was opened: what became of a name here (nothing: removed), and how much of it is still to be written.
    struct Touched {
        std::optional<UserItem> item;
        int unsaved = 0;
    };
    std::map<std::string, Touched> touched_;
    std::shared_ptr<Writes> writes_;
    Worker reader_{this};
};

} // namespace aisle
