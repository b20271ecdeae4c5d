// Background work of the views: the newest request wins, what is not wanted any more is dropped, and what went wrong
// arrives as a sentence.

#include "ui_fixture.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QThread>
#include <QThreadPool>

#include <atomic>

using namespace aisle;
using aisle::test::settle;

namespace {

/// Throws what is no std::exception.
struct Odd {};

} // namespace

class TestWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Worker::pool().setMaxThreadCount(4); } // one blocks in these tests
    void cleanup() {
        QVERIFY(settle());
        QVERIFY(Worker::pool().waitForDone(10'000));
    }

    void deliversOnTheUiThread() {
        QObject owner;
        Worker worker(&owner);
        QSignalSpy busy(&worker, &Worker::busyChanged);
        QThread *workedOn = nullptr, *doneOn = nullptr;
        int result = 0;
        worker.run<int>(
            [&](const StopToken&) {
                workedOn = QThread::currentThread();
                return 42;
            },
            [&](int value) {
                doneOn = QThread::currentThread();
                result = value;
                QVERIFY(!worker.isBusy());
            });
        QVERIFY(worker.isBusy());
        QCOMPARE(Worker::busyCount(), 1);
        QCOMPARE(result, 0); // never at once
        QVERIFY(settle());
        QCOMPARE(result, 42);
        QCOMPARE(doneOn, QThread::currentThread());
        QVERIFY(workedOn != nullptr && workedOn != doneOn);
        QCOMPARE(busy.size(), 2);
        QCOMPARE(busy.at(0).at(0).toBool(), true);
        QCOMPARE(busy.at(1).at(0).toBool(), false);
    }

    /// While a brush moves, requests come faster than they are answered: with run() none of them ever was.
    void followingFinishesAndTakesTheNewest() {
        QObject owner;
        Worker worker(&owner);
        QSemaphore go;
        std::vector<int> shown;
        const auto ask = [&](int number) {
            worker.follow<int>(
                [&go, number](const StopToken& stop) {
                    go.acquire();
                    stop.check();
                    return number;
                },
                [&](int value) { shown.push_back(value); });
        };
        for (int number = 1; number <= 5; ++number)
            ask(number);
        go.release(5);
        QVERIFY(settle());
        QCOMPARE(shown, (std::vector<int>{1, 5}));
        go.tryAcquire(go.available());
        // A request of another kind stops what runs and drops what waits.
        ask(6);
        ask(7);
        worker.run<int>([](const StopToken&) { return 8; }, [&](int value) { shown.push_back(value); });
        go.release(2);
        QVERIFY(settle());
        QCOMPARE(shown, (std::vector<int>{1, 5, 8}));
        ask(9);
        ask(10);
        worker.cancel();
        go.release(2);
        QVERIFY(settle());
        QVERIFY(Worker::pool().waitForDone(10'000));
        QCOMPARE(shown.size(), size_t(3));
    }

    /// What reads a whole workspace had both threads of a small machine, and the list of traces waited for it.
    void longWorkKeepsNothingWaiting() {
        Worker::pool().setMaxThreadCount(1);
        QObject owner;
        Worker slow(&owner, Worker::Work::Long), other(&owner, Worker::Work::Long), quick(&owner);
        std::atomic<bool> go = false;
        int slowDone = 0, quickDone = 0;
        const auto wait = [&](const StopToken&) {
            while (!go)
                QThread::msleep(1);
            return 1;
        };
        slow.run<int>(wait, [&](int n) { slowDone += n; });
        other.run<int>(wait, [&](int n) { slowDone += n; });
        quick.run<int>([](const StopToken&) { return 1; }, [&](int n) { quickDone += n; });
        QTRY_COMPARE_WITH_TIMEOUT(quickDone, 1, 10'000);
        QCOMPARE(slowDone, 0);
        go = true;
        QVERIFY(settle());
        QCOMPARE(slowDone, 2);
        QVERIFY(Worker::pool().waitForDone(10'000));
        Worker::pool().setMaxThreadCount(4);
    }

    void newestRequestWins() {
        QObject owner;
        Worker worker(&owner);
        QSemaphore go, started;
        QStringList shown;
        std::atomic<bool> wasStopped = false;
        worker.run<QString>(
            [&](const StopToken& stop) {
                started.release();
                go.acquire();
                wasStopped = stop.isStopped();
                return QStringLiteral("old"); // a computation that does not look at its token is dropped all the same
            },
            [&](const QString& s) { shown.append(s); });
        started.acquire();
        worker.run<QString>([](const StopToken&) { return QStringLiteral("new"); }, [&](const QString& s) { shown.append(s); });
        QVERIFY(settle());
        QCOMPARE(shown, QStringList{QStringLiteral("new")});
        go.release();
        QVERIFY(Worker::pool().waitForDone(10'000));
        QTest::qWait(20);
        QVERIFY(wasStopped);
        QCOMPARE(shown, QStringList{QStringLiteral("new")});
        QVERIFY(!worker.isBusy());
    }

    /// A slider that is dragged asks a hundred times; only the last is shown, and all before it are stopped.
    void manyRequests() {
        QObject owner;
        Worker worker(&owner);
        QList<int> shown;
        for (int i = 0; i < 100; ++i)
            worker.run<int>(
                [i](const StopToken& stop) {
                    for (int k = 0; k < 50; ++k) {
                        stop.check();
                        QThread::usleep(20);
                    }
                    return i;
                },
                [&](int value) { shown.append(value); });
        QCOMPARE(Worker::busyCount(), 1);
        QVERIFY(settle());
        QCOMPARE(shown, QList<int>{99});
    }

    void cancelledResultIsDropped() {
        QObject owner;
        Worker worker(&owner);
        QSemaphore go, started;
        bool wasShown = false, hasFailed = false;
        worker.run<int>(
            [&](const StopToken&) {
                started.release();
                go.acquire();
                return 1;
            },
            [&](int) { wasShown = true; }, [&](const QString&) { hasFailed = true; });
        started.acquire();
        worker.cancel();
        QVERIFY(!worker.isBusy());
        QCOMPARE(Worker::busyCount(), 0);
        go.release();
        QVERIFY(Worker::pool().waitForDone(10'000));
        QTest::qWait(20);
        QVERIFY(!wasShown && !hasFailed);
        worker.cancel(); // nothing to cancel
        QCOMPARE(Worker::busyCount(), 0);
        worker.run<int>([](const StopToken&) { return 2; }, [&](int value) { wasShown = value == 2; });
        QVERIFY(settle());
        QVERIFY(wasShown);
    }

    /// Cancelled when the result already waits in the event queue.
    void cancelledAfterTheWork() {
        QObject owner;
        Worker worker(&owner);
        bool wasShown = false;
        worker.run<int>([](const StopToken&) { return 1; }, [&](int) { wasShown = true; });
        QVERIFY(Worker::pool().waitForDone(10'000));
        worker.cancel();
        QTest::qWait(20);
        QVERIFY(!wasShown);
    }

    void ownerGone() {
        auto owner = std::make_unique<QObject>();
        auto* worker = new Worker(owner.get());
        QSemaphore go, started;
        bool wasShown = false;
        std::atomic<bool> wasStopped = false;
        worker->run<int>(
            [&](const StopToken& stop) {
                started.release();
                go.acquire();
                wasStopped = stop.isStopped();
                return 1;
            },
            [&](int) { wasShown = true; }, [&](const QString&) { wasShown = true; });
        started.acquire();
        QCOMPARE(Worker::busyCount(), 1);
        owner.reset();
        QCOMPARE(Worker::busyCount(), 0);
        go.release();
        QVERIFY(Worker::pool().waitForDone(10'000));
        QTest::qWait(20);
        QVERIFY(wasStopped);
        QVERIFY(!wasShown);
    }

    void exceptionsBecomeSentences() {
        QObject owner;
        Worker worker(&owner);
        bool wasShown = false;
        QStringList problems;
        const auto failWith = [&](std::function<int()> work) {
            worker.run<int>([work = std::move(work)](const StopToken&) { return work(); }, [&](int) { wasShown = true; },
                            [&](const QString& problem) { problems.append(problem); });
            QVERIFY(settle());
        };
        failWith([]() -> int { throw std::runtime_error("The disk is full; 3 \xc3\xa9toiles."); });
        QCOMPARE(problems.takeLast(), QStringLiteral("The disk is full; 3 étoiles."));
        failWith([]() -> int { throw std::bad_alloc(); });
        QVERIFY2(problems.last().contains(QStringLiteral("memory")) && problems.last().endsWith(QLatin1Char('.')), qPrintable(problems.last()));
        QVERIFY(!problems.takeLast().contains(QStringLiteral("bad_alloc")));
        // Without words, and what is no std::exception: still a failure, and never a result.
        failWith([]() -> int { throw std::runtime_error(""); });
        QCOMPARE(problems.size(), 1);
        QVERIFY(!problems.takeLast().isEmpty());
        failWith([]() -> int { throw Odd(); });
        QCOMPARE(problems.size(), 1);
        QVERIFY(!problems.takeLast().isEmpty());
        QVERIFY(!wasShown);
        // Nobody asked for the reason.
        worker.run<int>([](const StopToken&) -> int { throw std::runtime_error("gone"); }, [&](int) { wasShown = true; });
        QVERIFY(settle());
        QVERIFY(!wasShown && !worker.isBusy());
    }

    void stoppingIsNoFailure() {
        QObject owner;
        Worker worker(&owner);
        QStringList problems;
        QSemaphore started;
        worker.run<int>(
            [&](const StopToken& stop) -> int {
                started.release();
                for (;;) {
                    stop.check();
                    QThread::usleep(100);
                }
            },
            [](int) {}, [&](const QString& problem) { problems.append(problem); });
        started.acquire();
        worker.cancel();
        QVERIFY(Worker::pool().waitForDone(10'000)); // it does stop
        QTest::qWait(20);
        QVERIFY(problems.isEmpty());
    }

    /// What shows a result may ask for the next one, or take the view away.
    void doneMayDoAnything() {
        QObject owner;
        Worker worker(&owner);
        int result = 0;
        worker.run<int>([](const StopToken&) { return 1; },
                        [&](int one) {
                            worker.run<int>([one](const StopToken&) { return one + 1; }, [&](int two) { result = two; });
                        });
        QVERIFY(settle());
        QCOMPARE(result, 2);
        auto* mortal = new QObject;
        auto* last = new Worker(mortal);
        last->run<int>([](const StopToken&) { return 1; }, [&, mortal](int) {
            delete mortal;
            result = 3;
        });
        QVERIFY(settle());
        QCOMPARE(result, 3);
        QCOMPARE(Worker::busyCount(), 0);
    }
};

QTEST_MAIN(TestWorker)
#include "tst_worker.moc"
