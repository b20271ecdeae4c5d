#include "user_store.h"

#include "table/give_way.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QThread>
#include <QThreadPool>

#include <algorithm>
#include <mutex>

namespace aisle {

namespace {

std::vector<UserStore*> stores; // all there are; UI thread

} // namespace

/// What is to be written, in order. It outlives its store: a window that is closed has kept what was kept in it.
struct UserStore::Writes {
    using Change = std::function<bool(Database&)>;
    using Done = std::function<void(bool isOther, QString problem)>; // on the UI thread
    struct One {
        std::shared_ptr<Workspace> workspace;
        Change change;
        Done done;
    };
    std::mutex mutex;
    std::deque<One> queue;
    bool isRunning = false;

    static void add(const std::shared_ptr<Writes>& self, One one) {
        const std::lock_guard lock(self->mutex);
        self->queue.push_back(std::move(one));
        if (!std::exchange(self->isRunning, true))
            Worker::pool().start([self] { self->run(); });
    }

    void run() {
        giveWay();
        Worker::pool().releaseThread(); // it mostly waits
        for (std::optional<One> one; (one = next());) {
            bool isOther = false;
            const QString problem = write(*one, isOther);
            one->workspace.reset();
            QMetaObject::invokeMethod(qApp, [done = std::move(one->done), isOther, problem] { done(isOther, problem); });
        }
        Worker::pool().reserveThread();
    }

private:
    std::optional<One> next() {
        const std::lock_guard lock(mutex);
        if (queue.empty()) {
            isRunning = false;
            return std::nullopt;
        }
        std::optional<One> one = std::move(queue.front());
        queue.pop_front();
        return one;
    }

    /// An import writes nearly all the time that it takes; it is tried again for as long as one lasts.
    static QString write(const One& one, bool& isOther) {
        constexpr int kTries = 120; // each of which waits 5 s for the other one
        for (int tried = 1;; ++tried)
            try {
                isOther = one.change(*one.workspace->connect());
                return {};
            } catch (const BusyError& e) {
                if (tried == kTries || QCoreApplication::closingDown())
                    return QString::fromUtf8(e.what());
            } catch (const std::exception& e) {
                return QString::fromUtf8(e.what());
            }
    }
};

UserStore::UserStore(ViewContext& context, std::string_view kind, QString noun, size_t most, bool isEndless, QObject* parent)
    : QObject(parent), context_(context), kind_(kind), noun_(std::move(noun)), most_(most), isEndless_(isEndless), writes_(std::make_shared<Writes>()) {
    stores.push_back(this);
    connect(&context, &ViewContext::workspaceMoved, this, &UserStore::move);
    connect(&context, &ViewContext::tableChanged, this, [this] {
        if (workspace_ != context_.workspace())
            load();
    });
    load();
}

UserStore::~UserStore() { std::erase(stores, this); }

void UserStore::load() {
    workspace_ = context_.workspace();
    touched_.clear();
    items_.clear();
    reader_.cancel();
    Q_EMIT changed();
    read();
}

void UserStore::read() {
    if (!workspace_)
        return;
    reader_.run<std::vector<UserItem>>(
        [workspace = workspace_, kind = kind_, most = most_](const StopToken&) { return userItems(*workspace->connect(), kind, most); },
        [this](std::vector<UserItem> items) {
            // What is on its way into the workspace goes before what was read there.
            const auto isUnsaved = [&](const UserItem& item) {
                const auto found = touched_.find(item.name);
                return found != touched_.end() && found->second.unsaved > 0;
            };
            // Of the rest the workspace knows best, also for move(): another window may have changed it since.
            for (auto& [name, state] : touched_) {
                const auto is = std::find_if(items.begin(), items.end(), [&name = name](const UserItem& item) { return item.name == name; });
                if (state.unsaved == 0 && (is != items.end() || items.size() < most_))
                    state.item = is != items.end() ? std::optional(*is) : std::nullopt;
            }
            std::erase_if(items, isUnsaved);
            std::copy_if(items_.begin(), items_.end(), std::back_inserter(items), isUnsaved);
            std::stable_sort(items.begin(), items.end(), [](const UserItem& a, const UserItem& b) { return a.changed > b.changed; });
            items_ = std::move(items);
            Q_EMIT changed();
        },
        [](const QString&) {}); // then there are none
}

/// The same content is in another file, which was copied some time ago: what was kept since is written again.
void UserStore::move() {
    workspace_ = context_.workspace();
    for (auto& [name, state] : touched_)
        state.unsaved = 0; // nobody is told of what went into the file before
    for (const auto& [name, state] : std::map(touched_))
        if (state.item)
            put(*state.item, false);
        else
            take(name);
    read();
}

void UserStore::keep(const std::string& name, const std::string& content) { put(name, content, false); }

void UserStore::add(const std::string& name, const std::string& content) {
    if (std::none_of(items_.begin(), items_.end(), [&](const UserItem& item) { return item.name == name; }))
        put(name, content, true);
}

void UserStore::put(const std::string& name, const std::string& content, bool isNew) {
    if (name.empty())
        return;
    if (!isEndless_ && workspace_ && workspace_->isReadOnly())
        Q_EMIT failed(tr("This workspace is read-only; the %1 \u201c%2\u201d lasts as long as the window.").arg(noun_, toQString(name)));
    std::erase_if(items_, [&](const UserItem& item) { return item.name == name; });
    const UserItem item{name, content, QDateTime::currentMSecsSinceEpoch() * 1'000'000};
    items_.insert(items_.begin(), item);
    if (items_.size() > most_)
        items_.resize(most_);
    put(item, isNew);
    Q_EMIT changed();
}

void UserStore::put(const UserItem& item, bool isNew) {
    touched_[item.name].item = item;
    write(item.name, [item, isNew, kind = kind_, most = isEndless_ ? most_ : 0](Database& db) {
        if (isNew)
            return !addUserItem(db, kind, item);
        keepUserItem(db, kind, item, most);
        return false;
    });
}

void UserStore::remove(const std::string& name) {
    std::erase_if(items_, [&](const UserItem& item) { return item.name == name; });
    take(name);
    Q_EMIT changed();
}

void UserStore::take(const std::string& name) {
    touched_[name].item.reset();
    write(name, [name, kind = kind_](Database& db) {
        removeUserItem(db, kind, name);
        return false;
    });
}

/// `change` says whether something else is there than what was to be.
void UserStore::write(const std::string& name, std::function<bool(Database&)> change) {
    if (!workspace_ || workspace_->isReadOnly())
        return;
    ++touched_[name].unsaved;
    Worker::countBusy(1);
    Writes::add(writes_, {workspace_, std::move(change), [self = QPointer(this), name, kind = kind_, workspace = std::weak_ptr(workspace_)](bool isOther, const QString& problem) {
                              Worker::countBusy(-1);
                              const auto where = workspace.lock();
                              for (UserStore* store : stores) // of other windows
                                  if (store->kind_ == kind && store->workspace_ == where && (isOther || store != self) && where)
                                      store->read();
                              if (self && self->workspace_ == where)
                                  self->written(name, problem);
                          }});
}

void UserStore::written(const std::string& name, const QString& problem) {
    if (const auto found = touched_.find(name); found != touched_.end() && found->second.unsaved > 0)
        --found->second.unsaved;
    if (!problem.isEmpty())
        Q_EMIT failed(tr("The %1 is not kept in the workspace: %2").arg(noun_, problem));
}

} // namespace aisle
