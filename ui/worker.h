#pragma once
// Work in the background. Thread: the UI thread, unless said otherwise.

#include "table/cancel.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <optional>

class QThreadPool;

namespace aisle {

/// A background computation of one purpose: the newest request wins, an older one is stopped and its result
/// dropped. The work runs on the thread pool with a StopToken; `done` runs on the UI thread, not at all when the
/// owner is gone or a newer request was made. Exceptions other than Stopped arrive in `failed` as a sentence.
class Worker : public QObject {
    Q_OBJECT
public:
    /// Long: it may read a whole workspace. Such work takes no thread of the pool from others, or a list that is there
    /// in 0.2 s waits 2 s for the graph and the journeys of 5 M spans.
    enum class Work { Short, Long };
    explicit Worker(QObject* owner, Work work = Work::Short);
    ~Worker() override;

    template <typename Result>
    void run(std::function<Result(const StopToken&)> work, std::function<void(Result)> done,
             std::function<void(QString)> failed = {}) {
        auto result = std::make_shared<std::optional<Result>>();
        start([work = std::move(work), result](const StopToken& stop) { *result = work(stop); },
              [done = std::move(done), result] { done(std::move(**result)); }, std::move(failed));
    }
    /// For what follows a selection that moves: work under way is finished and shown, and of the requests that came meanwhile
    /// only the newest is worked out next. With run() a move that goes on would be seen when it ends.
    template <typename Result>
    void follow(std::function<Result(const StopToken&)> work, std::function<void(Result)> done, std::function<void(QString)> failed = {}) {
        if (!busy_)
            return run<Result>(std::move(work), std::move(done), std::move(failed));
        next_ = [this, work = std::move(work), done = std::move(done), failed = std::move(failed)] { run<Result>(work, done, failed); };
    }
    bool isBusy() const { return busy_; }
    void cancel();
    /// Where it runs, and whatever else takes long. Not QThreadPool::globalInstance(): Qt cuts the painting of large areas into
    /// parts, gives them to that one and waits for them. With our work in it a paint waited for what was being worked out:
    /// frames of 12 ms instead of 1 while a brush moved over 5 M spans. The application waits for it when it ends.
    static QThreadPool& pool();
    /// Of all windows; for what has to wait until everything is shown (pictures, tests).
    static int busyCount();
    static void countBusy(int change); ///< of work that is no Worker's

Q_SIGNALS:
    void busyChanged(bool busy);

private:
    void start(std::function<void(const StopToken&)> work, std::function<void()> done,
               std::function<void(QString)> failed);
    void setBusy(bool busy);
    const Work work_;
    std::function<void()> next_; ///< what follow() put off
    StopToken stop_;
    uint64_t request_ = 0;
    bool busy_ = false;
};

} // namespace aisle
