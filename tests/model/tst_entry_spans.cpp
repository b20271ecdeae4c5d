// Entry spans: what counts as one request of a service.

#include "graph_fixture.h"

#include <QTest>

using namespace aisle;

class TestEntrySpans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kinds();
    void twoLibrariesOfOneRequest();
    void otherRequestsOfTheSameService();
    void messagesReceivedAndProcessed();
    void longChainsEnd();
    void partsOfWhatIsMissing();

private:
    GraphFixture shop_;
    /// Ids of the entry spans, with a space between.
    QString entries() const {
        const SpanTablePtr table = shop_.table();
        QStringList ids;
        for (Row row = 0; row < shop_.spans.size(); ++row)
            if (table->isEntry(row))
                ids << QString::number(shop_.spans[row].id);
        return ids.join(QLatin1Char(' '));
    }
    void init() { shop_.spans.clear(); }
};

void TestEntrySpans::kinds() {
    init();
    shop_.add(1, 1, 0, "web", Kind::Internal); // a root
    shop_.add(1, 2, 1, "web", Kind::Internal);
    shop_.add(1, 3, 2, "web", Kind::Client);
    shop_.add(1, 4, 3, "cart", Kind::Server);
    shop_.add(1, 5, 4, "cart", Kind::Producer);
    shop_.add(1, 6, 5, "stock", Kind::Consumer);
    shop_.add(1, 7, 4, "cart", Kind::Unspecified);
    shop_.add(1, 8, 4, "old", Kind::Unspecified); // from another service
    QCOMPARE(entries(), QStringLiteral("1 4 6 8"));
}

/// The frontend of the Astronomy Shop had 11,529 calls, 21.7 % of them failed: 3,200 were recorded by its HTTP server and again by its
/// framework, most of the failed ones among them. It was called 8,329 times, and 15.0 % failed.
void TestEntrySpans::twoLibrariesOfOneRequest() {
    init();
    shop_.add(1, 1, 0, "frontend", Kind::Server);
    shop_.add(1, 2, 1, "frontend", Kind::Server);
    shop_.add(1, 3, 1, "frontend", Kind::Internal);
    shop_.add(1, 4, 3, "frontend", Kind::Unspecified);
    shop_.add(1, 5, 4, "frontend", Kind::Server);
    shop_.add(1, 6, 5, "cart", Kind::Server); // another service's
    QCOMPARE(entries(), QStringLiteral("1 6"));
}

void TestEntrySpans::otherRequestsOfTheSameService() {
    init();
    shop_.add(1, 1, 0, "frontend", Kind::Server).instance = "a";
    shop_.add(1, 2, 1, "frontend", Kind::Client).instance = "a";
    shop_.add(1, 3, 2, "frontend", Kind::Server).instance = "a"; // called by itself
    shop_.add(1, 4, 1, "frontend", Kind::Server).instance = "b"; // of another instance, without a CLIENT
    shop_.add(1, 5, 1, "cart", Kind::Internal);
    shop_.add(1, 6, 5, "frontend", Kind::Server).instance = "a"; // through another service
    QCOMPARE(entries(), QStringLiteral("1 3 4 6"));
}

void TestEntrySpans::messagesReceivedAndProcessed() {
    init();
    shop_.add(1, 1, 0, "stock", Kind::Consumer); // received together
    shop_.add(1, 2, 1, "stock", Kind::Consumer); // and processed one by one
    shop_.add(1, 3, 1, "stock", Kind::Consumer);
    shop_.add(1, 4, 3, "stock", Kind::Server); // another kind of work
    QCOMPARE(entries(), QStringLiteral("1 2 3 4"));
}

/// A chain of a million spans must not be walked for each of them; far from the other one, a request is taken for one of its own.
void TestEntrySpans::longChainsEnd() {
    init();
    shop_.add(1, 1, 0, "batch", Kind::Server);
    for (uint64_t id = 2; id <= 40; ++id)
        shop_.add(1, id, id - 1, "batch", Kind::Internal);
    shop_.add(1, 41, 10, "batch", Kind::Server);
    shop_.add(1, 42, 40, "batch", Kind::Server);
    QCOMPARE(entries(), QStringLiteral("1 42"));
}

/// Ten steps of a request whose own span was lost were taken for ten requests.
void TestEntrySpans::partsOfWhatIsMissing() {
    init();
    shop_.add(1, 1, 99, "cart", Kind::Internal); // a step of something
    shop_.add(1, 2, 99, "cart", Kind::Server);
    shop_.add(1, 3, 99, "old", Kind::Unspecified); // its caller is most likely elsewhere
    QCOMPARE(entries(), QStringLiteral("2 3"));
}

QTEST_GUILESS_MAIN(TestEntrySpans)
#include "tst_entry_spans.moc"
