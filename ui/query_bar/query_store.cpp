#include "query_bar/query_store.h"

#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kMostAsked = 200, kMostNamed = 500;
}

QueryStore::QueryStore(ViewContext& context, QObject* parent)
    : QObject(parent), askedStore_(context, kAskedQuery, tr("query"), kMostAsked, true, this), namedStore_(context, kNamedQuery, tr("query"), kMostNamed, false, this) {
    for (UserStore* store : {&askedStore_, &namedStore_}) {
        connect(store, &UserStore::changed, this, &QueryStore::take);
        connect(store, &UserStore::failed, this, &QueryStore::failed);
    }
    take();
}

void QueryStore::take() {
    asked_.clear();
    for (const UserItem& item : askedStore_.items())
        asked_.append(toQString(item.name));
    named_.clear();
    for (const UserItem& item : namedStore_.items())
        named_.push_back({toQString(item.name), toQString(item.content)});
    std::sort(named_.begin(), named_.end(), [](const Named& a, const Named& b) { return a.name.localeAwareCompare(b.name) < 0; });
    Q_EMIT changed();
}

void QueryStore::addAsked(const QString& query) { askedStore_.keep(query.toStdString(), {}); }
void QueryStore::keep(const QString& name, const QString& query) { namedStore_.keep(name.toStdString(), query.toStdString()); }
void QueryStore::remove(const QString& name) { namedStore_.remove(name.toStdString()); }

} // namespace aisle
