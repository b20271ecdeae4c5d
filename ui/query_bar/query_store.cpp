#include "query_bar/query_store.h"

#include "widgets/plain_text.h"

#include <QDateTime>

#include <algorithm>

namespace aisle {

namespace {

constexpr int kMostAsked = 200, kMostNamed = 500;

int64_t now() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

} // namespace

QueryStore::QueryStore(ViewContext& context, QObject* parent) : QObject(parent), context_(context) {
    connect(&context, &ViewContext::tableChanged, this, [this] {
        if (workspace_ != context_.workspace())
            load();
    });
    load();
}

void QueryStore::load() {
    workspace_ = context_.workspace();
    pending_.clear();
    asked_.clear();
    named_.clear();
    Q_EMIT changed();
    if (!workspace_)
        return;
    using Items = std::pair<std::vector<UserItem>, std::vector<UserItem>>;
    reader_.run<Items>(
        [workspace = workspace_](const StopToken&) {
            const auto db = workspace->connect();
            return Items{userItems(*db, kAskedQuery, kMostAsked), userItems(*db, kNamedQuery, kMostNamed)};
        },
        [this](const Items& items) {
            for (const UserItem& item : items.first)
                asked_.append(toQString(item.name));
            for (const UserItem& item : items.second)
                named_.push_back({toQString(item.name), toQString(item.content)});
            std::sort(named_.begin(), named_.end(), [](const Named& a, const Named& b) { return a.name.localeAwareCompare(b.name) < 0; });
            Q_EMIT changed();
        },
        [](const QString&) {}); // then there are none
}

void QueryStore::write(std::function<void(Database&)> change) {
    if (!workspace_ || workspace_->isReadOnly())
        return;
    pending_.push_back(std::move(change));
    if (!writer_.isBusy())
        writeNext();
}

void QueryStore::writeNext() {
    if (pending_.empty())
        return;
    const auto change = std::move(pending_.front());
    pending_.pop_front();
    writer_.run<bool>(
        [workspace = workspace_, change](const StopToken&) {
            change(*workspace->connect());
            return true;
        },
        [this](bool) { writeNext(); },
        [this](const QString& problem) {
            Q_EMIT failed(QStringLiteral("The query is not kept in the workspace: ") + problem);
            writeNext();
        });
}

void QueryStore::addAsked(const QString& query) {
    if (query.isEmpty())
        return;
    asked_.removeAll(query);
    asked_.prepend(query);
    while (asked_.size() > kMostAsked)
        asked_.removeLast();
    write([item = UserItem{query.toStdString(), {}, now()}](Database& db) { keepUserItem(db, kAskedQuery, item, kMostAsked); });
    Q_EMIT changed();
}

void QueryStore::keep(const QString& name, const QString& query) {
    if (workspace_ && workspace_->isReadOnly())
        Q_EMIT failed(tr("This workspace is read-only; the query \u201c%1\u201d lasts as long as the window.").arg(name));
    std::erase_if(named_, [&](const Named& n) { return n.name == name; });
    const auto at = std::find_if(named_.begin(), named_.end(), [&](const Named& n) { return n.name.localeAwareCompare(name) > 0; });
    named_.insert(at, {name, query});
    write([item = UserItem{name.toStdString(), query.toStdString(), now()}](Database& db) { keepUserItem(db, kNamedQuery, item); });
    Q_EMIT changed();
}

void QueryStore::remove(const QString& name) {
    std::erase_if(named_, [&](const Named& n) { return n.name == name; });
    write([name = name.toStdString()](Database& db) { removeUserItem(db, kNamedQuery, name); });
    Q_EMIT changed();
}

} // namespace aisle
