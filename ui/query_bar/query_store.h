#pragma once
// The queries that were asked of a workspace, and those with a name, kept in it. Of one that cannot be written they last as long
// as the window.
// Thread: the UI thread; the store is read and written on workers, in order.

#include "store/user_items.h"
#include "view_context.h"

#include <QStringList>

#include <deque>

namespace aisle {

class QueryStore : public QObject {
    Q_OBJECT
public:
    explicit QueryStore(ViewContext& context, QObject* parent = nullptr);

    /// Newest first.
    const QStringList& asked() const { return asked_; }
    struct Named {
        QString name, query;
    };
    /// By name.
    const std::vector<Named>& named() const { return named_; }

    void addAsked(const QString& query);
    /// Takes the place of one with this name.
    void keep(const QString& name, const QString& query);
    void remove(const QString& name);

Q_SIGNALS:
    void changed();
    void failed(const QString& problem); ///< it is not in the workspace

private:
    void load();
    void write(std::function<void(Database&)> change);
    void writeNext();

    ViewContext& context_;
    std::shared_ptr<Workspace> workspace_;
    QStringList asked_;
    std::vector<Named> named_;
    std::deque<std::function<void(Database&)>> pending_;
    Worker reader_{this}, writer_{this};
};

} // namespace aisle
