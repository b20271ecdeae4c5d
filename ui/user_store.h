#pragma once
// What a user keeps in the workspace, of one kind: queries, views. Of a workspace that cannot be written it lasts as long as the
// window.
// Thread: the UI thread; the store is read and written on workers, in order.

#include "store/user_items.h"
#include "view_context.h"

#include <deque>

namespace aisle {

class UserStore : public QObject {
    Q_OBJECT
public:
    /// `noun`: what one is called in sentences, "query". `most`: of which the newest are kept; `isEndless`: the oldest go by
    /// themselves, and nobody is told where they are not kept.
    UserStore(ViewContext& context, std::string_view kind, QString noun, size_t most, bool isEndless, QObject* parent);

    const std::vector<UserItem>& items() const { return items_; } ///< newest first
    /// Takes the place of one with this name.
    void keep(const std::string& name, const std::string& content);
    void remove(const std::string& name);

Q_SIGNALS:
    void changed();
    void failed(const QString& problem); ///< it is not in the workspace

private:
    void load();
    void write(std::function<void(Database&)> change);
    void writeNext();

    ViewContext& context_;
    const std::string kind_;
    const QString noun_;
    const size_t most_;
    const bool isEndless_;
    std::shared_ptr<Workspace> workspace_;
    std::vector<UserItem> items_;
    std::deque<std::function<void(Database&)>> pending_;
    Worker reader_{this}, writer_{this};
};

} // namespace aisle
