// Rows of blocks: what is drawn against a naive reference, pixel by pixel; hit-testing; ranges that are zoomed.

#include "theme/theme.h"
#include "trace/block_layout.h"
#include "ui_fixture.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <random>

using namespace aisle;

namespace {

Blocks randomBlocks(std::mt19937& random, uint32_t rows, uint32_t most, int64_t length) {
    Blocks blocks;
    for (uint32_t row = 0; row < rows; ++row) {
        int64_t at = 0;
        const auto count = static_cast<uint32_t>(random() % most);
        for (uint32_t i = 0; i < count; ++i) {
            at += static_cast<int64_t>(random() % static_cast<uint32_t>(2 * length / most + 1));
            const int64_t end = at + static_cast<int64_t>(random() % 8 == 0 ? 0 : random() % static_cast<uint32_t>(2 * length / most + 1));
            blocks.add(at, end, 0, random() % 50 == 0);
            at = end + (end == at && i + 1 < count ? 1 : 0);
        }
        blocks.endRow();
    }
    return blocks;
}

BlockInput inputOf(const Blocks& blocks, TimeRange range) {
    BlockInput in;
    in.blocks = &blocks;
    in.size = {400, 300};
    in.range = range;
    in.text = [](uint32_t block) { return QString::number(block); };
    in.colours = {Qt::darkCyan};
    return in;
}

} // namespace

class TestBlockLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        aisle::test::failOnWarnings();
        applyTheme(ThemeMode::Light);
    }

    // Every block of the range has pixels, those that failed red ones, and there are not more boxes than pixels.
    void nothingIsFoldedAway() {
        std::mt19937 random(1);
        for (int round = 0; round < 300; ++round) {
            const int64_t length = 1 + static_cast<int64_t>(random() % 100'000);
            const Blocks blocks = randomBlocks(random, 6, 1 + static_cast<uint32_t>(random() % 3000), length);
            TimeRange range{static_cast<int64_t>(random() % 1000), 0};
            range.to = range.from + TimeRange::kShortest + static_cast<int64_t>(random() % (2 * static_cast<uint32_t>(length)));
            const BlockFrame f = layoutBlocks(inputOf(blocks, range), theme());
            std::vector<bool> isDrawn(blocks.count(), false);
            for (const BlockBox& box : f.boxes) {
                QVERIFY(box.rect.width() >= 2);
                QVERIFY(box.rect.left() >= f.axis.left() && box.rect.right() <= f.axis.right() + 4);
                QVERIFY(&box == &f.boxes.front() || (&box - 1)->rect.top() != box.rect.top() || (&box - 1)->rect.right() <= box.rect.left());
                bool failed = false;
                for (uint32_t block = box.block; block < box.block + box.count; ++block) {
                    isDrawn[block] = true;
                    failed = failed || blocks.isFailed(block);
                    // It lies where it is drawn, to the two pixels that the narrowest have, and rounding.
                    if (blocks.to[block] >= range.from && blocks.from[block] <= range.to) {
                        QVERIFY(f.xOf(std::max(blocks.from[block], range.from)) >= box.rect.left() - 3);
                        QVERIFY(f.xOf(std::min(blocks.to[block], range.to)) <= box.rect.right() + 3);
                    }
                }
                QCOMPARE(box.isFailed, failed);
            }
            const uint32_t rowsInSight = std::min<uint32_t>(blocks.rows(), static_cast<uint32_t>(f.body.height()) / block_measure::kRow + 2);
            for (uint32_t block = 0; block < blocks.first[rowsInSight]; ++block)
                if (blocks.to[block] >= range.from && blocks.from[block] <= range.to)
                    QVERIFY2(isDrawn[block], qPrintable(QStringLiteral("block %1 of round %2").arg(block).arg(round)));
            QVERIFY(f.boxes.size() <= static_cast<size_t>(blocks.rows()) * 400);
        }
    }

    void redIsSeen() {
        Blocks blocks;
        for (int i = 0; i < 100'000; ++i)
            blocks.add(10 * i, 10 * i + 5, 0, i == 70'123);
        blocks.endRow();
        const BlockFrame f = layoutBlocks(inputOf(blocks, {0, 1'000'000}), theme());
        QImage image(400, 300, QImage::Format_RGB32);
        QPainter painter(&image);
        paintBlocks(painter, f, theme());
        painter.end();
        int red = 0;
        for (int x = 0; x < image.width(); ++x)
            red += image.pixelColor(x, block_measure::kAxis + 5) == theme().error;
        QVERIFY(red >= 2 && red <= 4);
    }

    void hitsWhatIsDrawn() {
        std::mt19937 random(2);
        const Blocks blocks = randomBlocks(random, 10, 60, 1000);
        const BlockFrame f = layoutBlocks(inputOf(blocks, {0, 1000}), theme());
        QVERIFY(!f.boxes.empty());
        for (const BlockBox& box : f.boxes)
            QCOMPARE(f.hit(box.rect.center()), box.block);
        QCOMPARE(f.hit(f.axis.center()), kNoBlock);
        QCOMPARE(f.hit(QPointF(200, 299)), kNoBlock);
        for (uint32_t block = 0; block < blocks.count(); ++block)
            QVERIFY(block >= blocks.first[blocks.rowOf(block)] && block < blocks.first[blocks.rowOf(block) + 1]);
    }

    void theSelectedOneIsHitAmongOthers() {
        Blocks blocks;
        for (int i = 0; i < 100'000; ++i)
            blocks.add(10 * i, 10 * i + 5, 0, false);
        blocks.endRow();
        BlockInput in = inputOf(blocks, {0, 1'000'000});
        in.selected = 50'003;
        const BlockFrame f = layoutBlocks(in, theme());
        int selected = 0;
        for (const BlockBox& box : f.boxes) {
            selected += box.isSelected;
            if (box.isSelected)
                QCOMPARE(box.block, 50'003U);
        }
        QCOMPARE(selected, 1);
    }

    void zoomStepsBack() {
        Zoom zoom;
        zoom.reset({0, 1000});
        QVERIFY(zoom.isWhole() && !zoom.canStepBack());
        zoom.to({100, 300});
        zoom.to({100, 300}); // not remembered twice
        zoom.to({150, 200});
        QCOMPARE(zoom.range(), (TimeRange{150, 200}));
        zoom.stepBack();
        QCOMPARE(zoom.range(), (TimeRange{100, 300}));
        zoom.stepBack();
        QVERIFY(zoom.isWhole());
        zoom.at(0.5, 0.5); // a run of small zooms is one step
        zoom.at(0.5, 0.5);
        QCOMPARE(zoom.range(), (TimeRange{375, 625}));
        zoom.move(-10);
        QCOMPARE(zoom.range(), (TimeRange{0, 250}));
        zoom.stepBack();
        QVERIFY(zoom.isWhole());
        zoom.remember();
        zoom.forgetUnchanged();
        QVERIFY(!zoom.canStepBack());
        zoom.put({900, 5000}); // kept within the bounds
        QCOMPARE(zoom.range(), (TimeRange{0, 1000}));
    }
};

AISLE_TEST_MAIN(TestBlockLayout)
#include "tst_block_layout.moc"
