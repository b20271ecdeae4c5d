#include "worker.h"

#include "table/give_way.h"

#include <QCoreApplication>
#include <QMetaObject>
#include <QThread>
#include <QThreadPool>

namespace aisle {

namespace {

/// While it lives the pool may start another thread beside this one.
class ThreadLent {
public:
    explicit ThreadLent(bool lent) : pool_(lent ? &Worker::pool() : nullptr) {
        if (pool_ != nullptr)
            pool_->releaseThread();
    }
    ~ThreadLent() {
        if (pool_ != nullptr)
            pool_->reserveThread();
    }
    ThreadLent(const ThreadLent&) = delete;
    ThreadLent& operator=(const ThreadLent&) = delete;

private:
    QThreadPool* const pool_;
};

} // namespace

QThreadPool& Worker::pool() {
    static QThreadPool pool;
    static const bool isSetUp = [] {
        pool.setThreadPriority(QThread::LowPriority); // says nothing to Linux
        qAddPostRoutine([] { pool.waitForDone(); });
        return true;
    }();
    Q_UNUSED(isSetUp);
    return pool;
}

Worker::Worker(QObject* owner, Work work) : QObject(owner), work_(work) {}

Worker::~Worker() {
    stop_.stop();
    setBusy(false);
}

namespace {
int busyWorkers = 0; // UI thread
}

int Worker::busyCount() { return busyWorkers; }
void Worker::countBusy(int change) { busyWorkers += change; }

void Worker::cancel() {
    next_ = {};
    stop_.stop();
    ++request_;
    setBusy(false);
}

void Worker::setBusy(bool busy) {
    if (busy_ == busy)
        return;
    busy_ = busy;
    busyWorkers += busy ? 1 : -1;
    Q_EMIT busyChanged(busy);
}

void Worker::start(std::function<void(const StopToken&)> work, std::function<void()> done,
                   std::function<void(QString)> failed) {
    next_ = {};
    stop_.stop();
    stop_ = StopToken();
    const uint64_t request = ++request_;
    setBusy(true);
    QPointer<Worker> self(this);
    pool().start([self, request, isLong = work_ == Work::Long, stop = stop_, work = std::move(work),
                  done = std::move(done), failed = std::move(failed)] {
        giveWay();
        const ThreadLent lent(isLong);
        bool failure = false;
        QString problem;
        try {
            stop.check();
            work(stop);
        } catch (const Stopped&) {
            return;
        } catch (const std::bad_alloc&) {
            failure = true;
            problem = QStringLiteral("There is not enough memory for this.");
        } catch (const std::exception& e) {
            failure = true;
            problem = QString::fromUtf8(e.what());
        } catch (...) {
            failure = true;
        }
        if (failure && problem.isEmpty())
            problem = QStringLiteral("This failed for a reason that was not given.");
        // Posted to the application, which outlives workers; QPointer is looked at on the UI thread only.
        QMetaObject::invokeMethod(qApp, [self, request, failure, problem, done, failed] {
            if (!self || self->request_ != request)
                return;
            if (!self->next_)
                self->setBusy(false);
            const QPointer<Worker> still(self); // what is done may close the window
            if (!failure)
                done();
            else if (failed)
                failed(problem);
            if (still && still->request_ == request && still->next_) // the newest: done() may have asked for another one
                std::exchange(still->next_, {})();
        });
    });
}

} // namespace aisle
