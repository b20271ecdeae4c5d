// Whether the colours keep what look.md promises: services told apart from error, warning and selection, also by
// people who see no red or green; text that can be read on every ground; two themes that belong together.

#include "theme/service_colours.h"
#include "ui_fixture.h"
#include "waterfall/waterfall_painter.h"
#include "widgets/empty_state.h"

#include <QPainter>
#include <QProxyStyle>
#include <QPushButton>

#include <array>
#include <cmath>
#include <map>
#include <set>

using namespace aisle;

namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

/// Machado, Oliveira, Fernandes 2009: "A physiologically-based model for simulation of color vision deficiency",
/// severity 1.0, on linear RGB.
constexpr Matrix kDeuteranopia = {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix kProtanopia = {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix kNormal = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
const std::array<std::pair<const char*, Matrix>, 3> kVisions = {
    {{"normal vision", kNormal}, {"deuteranopia", kDeuteranopia}, {"protanopia", kProtanopia}}};

Triple times(const Matrix& m, const Triple& v) {
    Triple out{};
    for (size_t i = 0; i < 3; ++i)
        out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    return out;
}

/// A system that is dark, as far as its palette tells.
class DarkSystem : public QProxyStyle {
public:
    using QProxyStyle::polish;
    void polish(QPalette& palette) override {
        palette.setColor(QPalette::Window, Qt::black);
        palette.setColor(QPalette::WindowText, Qt::white);
    }
};

double linear(double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); }

Triple linear(const QColor& c) { return {linear(c.redF()), linear(c.greenF()), linear(c.blueF())}; }

/// CIE L*a*b* for D65 of linear sRGB.
Triple lab(Triple rgb) {
    for (double& c : rgb)
        c = std::clamp(c, 0.0, 1.0);
    static constexpr Matrix toXyz = {{{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}};
    const Triple xyz = times(toXyz, rgb);
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Sharma, Wu, Dalal 2005: "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and
/// mathematical observations", Color Research and Application 30(1).
double ciede2000(const Triple& one, const Triple& two) {
    constexpr double pi = 3.14159265358979323846;
    const auto degrees = [](double r) { return r * 180 / pi; };
    const auto radians = [](double d) { return d * pi / 180; };
    const auto pow7 = [](double v) { return std::pow(v, 7); };
    const double c1 = std::hypot(one[1], one[2]), c2 = std::hypot(two[1], two[2]);
    const double cMean = (c1 + c2) / 2;
    const double g = 0.5 * (1 - std::sqrt(pow7(cMean) / (pow7(cMean) + pow7(25))));
    const double a1 = (1 + g) * one[1], a2 = (1 + g) * two[1];
    const double cc1 = std::hypot(a1, one[2]), cc2 = std::hypot(a2, two[2]);
    const auto hue = [&](double a, double b) {
        if (a == 0 && b == 0)
            return 0.0;
        const double h = degrees(std::atan2(b, a));
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(a1, one[2]), h2 = hue(a2, two[2]);
    const double dL = two[0] - one[0], dC = cc2 - cc1;
    double dh = 0;
    if (cc1 * cc2 != 0) {
        dh = h2 - h1;
        if (dh > 180)
            dh -= 360;
        else if (dh < -180)
            dh += 360;
    }
    const double dH = 2 * std::sqrt(cc1 * cc2) * std::sin(radians(dh / 2));
    const double lMean = (one[0] + two[0]) / 2, ccMean = (cc1 + cc2) / 2;
    double hMean = h1 + h2;
    if (cc1 * cc2 != 0) {
        if (std::abs(h1 - h2) <= 180)
            hMean = (h1 + h2) / 2;
        else
            hMean = h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
    }
    const double t = 1 - 0.17 * std::cos(radians(hMean - 30)) + 0.24 * std::cos(radians(2 * hMean)) +
                     0.32 * std::cos(radians(3 * hMean + 6)) - 0.20 * std::cos(radians(4 * hMean - 63));
    const double turn = 30 * std::exp(-std::pow((hMean - 275) / 25, 2));
    const double rc = 2 * std::sqrt(pow7(ccMean) / (pow7(ccMean) + pow7(25)));
    const double l50 = (lMean - 50) * (lMean - 50);
    const double sl = 1 + 0.015 * l50 / std::sqrt(20 + l50), sc = 1 + 0.045 * ccMean, sh = 1 + 0.015 * ccMean * t;
    const double rt = -std::sin(radians(2 * turn)) * rc;
    return std::sqrt(std::pow(dL / sl, 2) + std::pow(dC / sc, 2) + std::pow(dH / sh, 2) + rt * (dC / sc) * (dH / sh));
}

/// Contrast of WCAG 2.1.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& c) {
        const Triple l = linear(c);
        return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
    };
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

/// Names as services have them, and enough of them that every colour comes up.
std::vector<std::string> manyNames() {
    std::vector<std::string> names = {"checkout", "payment", "cart", "frontend", "", "(no service name)", "gr\xc3\xb6\xc3\x9f" "e"};
    for (int i = 0; i < 5000; ++i)
        names.push_back("service-" + std::to_string(i));
    return names;
}

QColor ownColour(const Theme& theme, const std::string& name) { return ServiceColours().of(name, theme); }

std::set<QRgb> serviceColours(const Theme& theme) {
    std::set<QRgb> colours;
    for (const std::string& name : manyNames())
        colours.insert(ownColour(theme, name).rgb());
    return colours;
}

const std::array<std::pair<const char*, Theme>, 2>& themes() {
    static const std::array<std::pair<const char*, Theme>, 2> both = {{{"light", Theme::light()}, {"dark", Theme::dark()}}};
    return both;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Against the published pairs: near neutral, around the blue where the hue turns, across 0 degrees, large
    /// differences and very dark colours.
    void formula() {
        struct Pair {
            Triple one, two;
            double difference;
        };
        static const Pair pairs[] = {
            {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
            {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
            {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
            {{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
            {{50, 0, 0}, {50, -1, 2}, 2.3669},
            {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0009}, 7.1792},
            {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0011}, 7.2195},
            {{50, -0.0010, 2.4900}, {50, 0.0009, -2.4900}, 4.8045},
            {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
            {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
            {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
            {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
            {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
            {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
            {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
            {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
            {{6.7747, -0.2908, -2.4247}, {5.8714, -0.0985, -2.2286}, 0.6377},
            {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
        };
        for (const Pair& pair : pairs) {
            const double found = ciede2000(pair.one, pair.two), back = ciede2000(pair.two, pair.one);
            QVERIFY2(std::abs(found - pair.difference) < 0.00006,
                     qPrintable(QStringLiteral("%1 instead of %2").arg(found, 0, 'f', 5).arg(pair.difference)));
            QVERIFY(std::abs(found - back) < 1e-9);
        }
        // And the way from a colour to L*a*b*: white, and the sRGB red (53.24, 80.09, 67.20).
        const Triple white = lab(linear(QColor(255, 255, 255))), red = lab(linear(QColor(255, 0, 0)));
        QVERIFY(std::abs(white[0] - 100) < 0.01 && std::abs(white[1]) < 0.02 && std::abs(white[2]) < 0.02);
        QVERIFY(std::abs(red[0] - 53.24) < 0.02 && std::abs(red[1] - 80.09) < 0.02 && std::abs(red[2] - 67.20) < 0.02);
        // A simulated colour blindness leaves greys as they are, and takes red from green.
        for (const Matrix& m : {kDeuteranopia, kProtanopia}) {
            const Triple grey = times(m, {0.5, 0.5, 0.5});
            QVERIFY(std::abs(grey[0] - 0.5) < 0.001 && std::abs(grey[1] - 0.5) < 0.001 && std::abs(grey[2] - 0.5) < 0.001);
        }
    }

    void servicesAreNeitherErrorsNorSelected() {
        QStringList tooClose;
        for (const auto& [name, theme] : themes()) {
            const auto colours = serviceColours(theme);
            QVERIFY2(colours.size() >= 8, "too few service colours to tell services apart");
            const std::pair<const char*, QColor> meanings[] = {{"error", theme.error}, {"warning", theme.warning}, {"accent", theme.accent}};
            for (const auto& [vision, matrix] : kVisions) {
                for (const QRgb colour : colours) {
                    for (const auto& [meaning, reserved] : meanings) {
                        const double difference =
                            ciede2000(lab(times(matrix, linear(QColor(colour)))), lab(times(matrix, linear(reserved))));
                        if (difference < 20)
                            tooClose.append(QStringLiteral("%1 theme, %2: %3 is %4 from %5")
                                                .arg(QLatin1String(name), QLatin1String(vision), QColor(colour).name())
                                                .arg(difference, 0, 'f', 2)
                                                .arg(QLatin1String(meaning)));
                    }
                }
            }
        }
        QVERIFY2(tooClose.isEmpty(), qPrintable(tooClose.join(QLatin1Char('\n'))));
    }

    /// No two of the palette are the same colour to anybody with normal vision.
    void servicesAreToldApart() {
        for (const auto& [name, theme] : themes()) {
            const auto colours = serviceColours(theme);
            for (const QRgb a : colours)
                for (const QRgb b : colours)
                    if (a < b) {
                        const double difference = ciede2000(lab(linear(QColor(a))), lab(linear(QColor(b))));
                        QVERIFY2(difference >= 4, qPrintable(QStringLiteral("%1 theme: %2 and %3 are %4 apart")
                                                                 .arg(QLatin1String(name), QColor(a).name(), QColor(b).name())
                                                                 .arg(difference)));
                    }
        }
    }

    void errorWarningAndAccentAreToldApart() {
        for (const auto& [name, theme] : themes())
            for (const auto& [vision, matrix] : kVisions) {
                const Triple error = lab(times(matrix, linear(theme.error))), warning = lab(times(matrix, linear(theme.warning))),
                             accent = lab(times(matrix, linear(theme.accent)));
                QVERIFY2(ciede2000(error, accent) >= 20 && ciede2000(warning, accent) >= 20, vision);
                // Red and orange are one hue to who sees no red: there the second mark tells (shape, edge).
                if (matrix == kNormal)
                    QVERIFY2(ciede2000(error, warning) >= 20, name);
            }
    }

    void textCanBeRead() {
        QStringList faint;
        for (const auto& [name, theme] : themes()) {
            const auto check = [&, themeName = name](const char* what, const QColor& text, const QColor& ground, double least) {
                if (contrast(text, ground) < least)
                    faint.append(QStringLiteral("%1 theme, %2: %3:1").arg(QLatin1String(themeName), QLatin1String(what)).arg(contrast(text, ground), 0, 'f', 2));
            };
            const std::pair<const char*, QColor> grounds[] = {{"background", theme.background}, {"surface", theme.surface}, {"raised", theme.raised}};
            for (const auto& [what, ground] : grounds) {
                check(what, theme.text, ground, 7);
                check(what, theme.mutedText, ground, 4.5);
            }
            check("text on selection", theme.text, theme.selection, 7);
            check("text on accent", theme.onAccent, theme.accent, 4.5);
            check("error on surface", theme.error, theme.surface, 4.5);
            for (const QRgb colour : serviceColours(theme))
                check("label in a bar", theme.textOn(QColor(colour)), QColor(colour), 4.5);
        }
        QVERIFY2(faint.isEmpty(), qPrintable(faint.join(QLatin1Char('\n'))));
        QVERIFY(contrast(Qt::black, Qt::white) > 20.9); // the measure itself
        QVERIFY(contrast(QColor(0x767676), Qt::white) > 4.5 && contrast(QColor(0x777777), Qt::white) < 4.5);
    }

    // The critical path was near-black on the dark bars of the light theme: 1.2:1 on some. It runs below them now, with a pixel of
    // the background between; in rows that are chosen, too.
    void criticalPathIsSeenBesideEveryBar() {
        for (const auto& [name, theme] : themes())
            for (const bool isDimmed : {false, true})
                for (const QRgb colour : serviceColours(theme)) {
                    WaterfallFrame frame;
                    frame.all = frame.body = QRectF(0, 0, 100, 20);
                    WaterfallRow row;
                    row.rect = frame.all;
                    row.bar = QRectF(10, 2, 80, 11);
                    row.path = {QRectF(20, 14, 60, 2)};
                    row.isSelected = !isDimmed;
                    row.colour = row.barColour = QColor(colour);
                    row.isDimmed = isDimmed;
                    frame.rows = {row};
                    QImage image(100, 20, QImage::Format_RGB32);
                    QPainter painter(&image);
                    paintWaterfall(painter, frame, theme);
                    painter.end();
                    const QColor line = image.pixelColor(50, 14), between = image.pixelColor(50, 13), bar = image.pixelColor(50, 8);
                    QVERIFY2(contrast(line, between) >= 7, qPrintable(QStringLiteral("%1 theme: %2 on %3").arg(QLatin1String(name), line.name(), between.name())));
                    QVERIFY(bar != between);
                }
    }

    void greysAreNeutral() {
        for (const auto& [name, theme] : themes())
            for (const QColor& c : {theme.background, theme.surface, theme.raised, theme.line, theme.text}) {
                const Triple l = lab(linear(c));
                QVERIFY2(std::hypot(l[1], l[2]) < 10, qPrintable(QLatin1String(name) + QLatin1Char(' ') + c.name()));
            }
    }

    /// The same name, the same colour; and both themes tell the same services apart.
    void themesArePaired() {
        std::map<QRgb, QRgb> darkOf, lightOf;
        for (const std::string& name : manyNames()) {
            const QRgb light = ownColour(Theme::light(), name).rgb(), dark = ownColour(Theme::dark(), name).rgb();
            QCOMPARE(ownColour(Theme::light(), std::string(name)).rgb(), light);
            QCOMPARE(darkOf.try_emplace(light, dark).first->second, dark);
            QCOMPARE(lightOf.try_emplace(dark, light).first->second, light);
        }
        QCOMPARE(darkOf.size(), serviceColours(Theme::dark()).size());
        QVERIFY(!Theme::light().isDark && Theme::dark().isDark);
    }

    /// A service keeps its colour across versions of Aisle: a few written down. A change here is a decision.
    void coloursAreStable() {
        const auto first = ownColour(Theme::light(), "checkout");
        applyTheme(ThemeMode::Dark);
        QCOMPARE(ownColour(theme(), "checkout"), ownColour(Theme::dark(), "checkout"));
        applyTheme(ThemeMode::Light);
        QCOMPARE(ownColour(theme(), "checkout"), first);
        QVERIFY(ownColour(Theme::light(), "checkout") != ownColour(Theme::light(), "payment"));
    }

    // Two services of one file, email and delivery, were of one colour, and others could hardly be told apart.
    void servicesOfOneFileDiffer() {
        QCOMPARE(ownColour(Theme::light(), "email"), ownColour(Theme::light(), "delivery"));
        const std::vector<std::string> names = {"frontend", "cart", "checkout", "payment", "inventory", "email", "delivery", "catalog", "gateway"};
        const ServiceColours colours(names);
        std::vector<std::string> reversed(names.rbegin(), names.rend());
        const ServiceColours again(reversed);
        for (const auto& [themeName, theme] : themes())
            for (const std::string& a : names) {
                QCOMPARE(colours.of(a, theme), again.of(a, theme)); // the set of names counts, not their order
                for (const std::string& b : names)
                    if (a < b)
                        QVERIFY2(ciede2000(lab(linear(colours.of(a, theme))), lab(linear(colours.of(b, theme)))) >= 6, (a + " and " + b).c_str());
            }
        // Who was there first by name keeps its colour, as do all that are like no other.
        for (const char* name : {"delivery", "cart", "frontend", "payment"})
            QCOMPARE(colours.of(name, Theme::light()), ownColour(Theme::light(), name));
        QVERIFY(colours.of("email", Theme::light()) != ownColour(Theme::light(), "email"));
        // As many as there are colours get one each; more of them share.
        std::vector<std::string> many(names);
        while (many.size() < Theme::kServiceSlots)
            many.push_back("service-" + std::to_string(many.size()));
        std::set<QRgb> seen;
        for (const std::string& name : many)
            seen.insert(ServiceColours(many).of(name, Theme::light()).rgb());
        QCOMPARE(seen.size(), Theme::kServiceSlots);
        const ServiceColours all(manyNames());
        for (const std::string& name : manyNames())
            QVERIFY(all.of(name, Theme::dark()).isValid());
    }

    void rampIsEven() {
        // Each step lighter than the one before, by about as much: no band that is not in the data.
        double before = lab(linear(Theme::light().ramp(0)))[0];
        for (int i = 1; i <= 20; ++i) {
            const double now = lab(linear(Theme::light().ramp(i / 20.0)))[0];
            QVERIFY2(now - before > 1.5 && now - before < 7, qPrintable(QStringLiteral("step %1: %2").arg(i).arg(now - before)));
            before = now;
        }
        QCOMPARE(Theme::light().ramp(-1), Theme::light().ramp(0));
        QCOMPARE(Theme::light().ramp(2), Theme::light().ramp(1));
    }

    /// The system's darkness was looked at once: whoever changed it later had to start Aisle again.
    void followsTheSystem() {
        applyTheme(ThemeMode::System);
        QVERIFY(!theme().isDark);
        QApplication::setStyle(new DarkSystem);
        applyTheme(ThemeMode::System);
        QVERIFY(theme().isDark);
        QApplication::setStyle(QStringLiteral("Fusion"));
        applyTheme(ThemeMode::System);
        QVERIFY(!theme().isDark);
        applyTheme(ThemeMode::Light);
    }

    void widgetsFollow() {
        QWidget window;
        window.resize(400, 300);
        EmptyState empty(&window);
        empty.show(QStringLiteral("Nothing here"), QStringLiteral("Some words."), QStringLiteral("Do it"));
        window.show();
        for (const ThemeMode mode : {ThemeMode::Dark, ThemeMode::Light}) {
            applyTheme(mode);
            QCoreApplication::processEvents();
            QCOMPARE(themeMode(), mode);
            QCOMPARE(qApp->palette().color(QPalette::Window), theme().background);
            QCOMPARE(window.palette().color(QPalette::Text), theme().text);
            for (const QLabel* label : empty.findChildren<QLabel*>()) {
                const QColor ink = label->palette().color(label->foregroundRole());
                QVERIFY2(contrast(ink, theme().surface) >= 4.5,
                         qPrintable(QStringLiteral("%1 in %2 on %3").arg(label->text(), ink.name(), theme().surface.name())));
            }
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
