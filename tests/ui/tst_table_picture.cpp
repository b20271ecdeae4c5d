// Tables as pictures: in the colours of the theme, as wide as others, and no larger than programs take whatever is in them.

#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/table_picture.h"

#include <QImage>
#include <QSvgRenderer>

using namespace aisle;
using namespace aisle::test;

class TestTablePicture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }

    void forms() {
        const Tabular table = tableOf(3, "<b>bold</b>");
        QVERIFY(tablePicture("pdf", "Orders", table, Redactor()).starts_with("%PDF-"));
        const std::string svg = tablePicture("svg", "Orders", table, Redactor());
        QVERIFY(svg.find("Orders") != std::string::npos && svg.find("&lt;b&gt;bold") != std::string::npos && svg.find("As noted.") != std::string::npos);
        const QImage image = QImage::fromData(QByteArray::fromStdString(tablePicture("png", "Orders", table, Redactor())));
        QCOMPARE(image.width(), 2 * 1132);
        QCOMPARE(image.pixelColor(0, 0), theme().surface);
    }

    // A picture was as tall as its rows: memory for gigabytes of pixels.
    void neverTooLarge() {
        for (const Tabular& table : {tableOf(5000, "x"), tableOf(100, std::string(20'000, 'w'))}) {
            QSvgRenderer svg(QByteArray::fromStdString(tablePicture("svg", "Orders", table, Redactor())));
            QVERIFY(svg.isValid());
            QVERIFY2(svg.viewBox().height() <= 16'000 && svg.viewBox().width() <= 2000, qPrintable(QString::number(svg.viewBox().height())));
        }
    }

private:
    static Tabular tableOf(size_t rows, const std::string& value) {
        Tabular out;
        for (int c = 0; c < 12; ++c)
            out.columns.push_back({"c" + std::to_string(c), "Column", c == 11});
        for (size_t r = 0; r < rows; ++r)
            out.rows.emplace_back(12, Cell(value));
        out.notes = {"As noted."};
        return out;
    }
};

AISLE_TEST_MAIN(TestTablePicture)
#include "tst_table_picture.moc"
