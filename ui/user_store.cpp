#include "user_store.h"

#include "widgets/plain_text.h"

#include <QDateTime>

#include <algorithm>

namespace aisle {

UserStore::UserStore(ViewContext& context, std::string_view kind, QString noun, size_t most, bool isEndless, QObject* parent)
    : QObject(parent), context_(context), kind_(kind), noun_(std::move(noun)), most_(most), isEndless_(isEndless) {
    connect(&context, &ViewContext::tableChanged, this, [this] {
        if (workspace_ != context_.workspace())
            load();
    });
    load();
}

void UserStore::load() {
    workspace_ = context_.workspace();
    pending_.clear();
    items_.clear();
    Q_EMIT changed();
    if (!workspace_)
        return;
    reader_.run<std::vector<UserItem>>(
        [workspace = workspace_, kind = kind_, most = most_](const StopToken&) { return userItems(*workspace->connect(), kind, most); },
        [this](std::vector<UserItem> items) {
            items_ = std::move(items);
            Q_EMIT changed();
        },
        [](const QString&) {}); // then there are none
}

void UserStore::keep(const std::string& name, const std::string& content) {
    if (name.empty())
        return;
    if (!isEndless_ && workspace_ && workspace_->isReadOnly())
        Q_EMIT failed(tr("This workspace is read-only; the %1 \u201c%2\u201d lasts as long as the window.").arg(noun_, toQString(name)));
    std::erase_if(items_, [&](const UserItem& item) { return item.name == name; });
    const UserItem item{name, content, QDateTime::currentMSecsSinceEpoch() * 1'000'000};
    items_.insert(items_.begin(), item);
    if (items_.size() > most_)
        items_.resize(most_);
    write([item, kind = kind_, most = isEndless_ ? most_ : 0](Database& db) { keepUserItem(db, kind, item, most); });
    Q_EMIT changed();
}

void UserStore::remove(const std::string& name) {
    std::erase_if(items_, [&](const UserItem& item) { return item.name == name; });
    write([name, kind = kind_](Database& db) { removeUserItem(db, kind, name); });
    Q_EMIT changed();
}

void UserStore::write(std::function<void(Database&)> change) {
    if (!workspace_ || workspace_->isReadOnly())
        return;
    pending_.push_back(std::move(change));
    if (!writer_.isBusy())
        writeNext();
}

void UserStore::writeNext() {
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
            Q_EMIT failed(tr("The %1 is not kept in the workspace: %2").arg(noun_, problem));
            writeNext();
        });
}

} // namespace aisle
