#pragma once
// The queries that were asked of a workspace, and those with a name, kept in it.
// Thread: the UI thread.

#include "user_store.h"

#include <QStringList>

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
    void take();
    UserStore askedStore_, namedStore_;
    QStringList asked_;
    std::vector<Named> named_;
};

} // namespace aisle
