#pragma once
// What the rows of the waterfall leave out or show otherwise than recorded, each with the way back; below the rows.

#include <QFrame>
#include <QStringList>

#include <vector>

class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace aisle {

class WaterfallNotices : public QFrame {
    Q_OBJECT
public:
    struct HostPair {
        QString caller, callee;
        int64_t low = 0, high = 0; ///< what may be added to the callee's times, ns
        uint64_t calls = 0;
    };
    static constexpr size_t kMostPairs = 12; ///< in a tool tip
    struct Content {
        uint32_t hiddenSpans = 0, hiddenErrors = 0;
        QStringList hiddenServices;
        bool onlyMatches = false, onlyPath = false;
        size_t tracesLeftOut = 0;
        uint64_t calls = 0; ///< outside their callers
        uint64_t spans = 0; ///< whose times are shifted, or would be
        bool isAdjusted = false;
        double share = 0.5;
        std::vector<HostPair> differing, drifting; ///< the first kMostPairs of them
        size_t differingCount = 0, driftingCount = 0;
    };
    explicit WaterfallNotices(QWidget* parent);
    void setContent(const Content& content);
    int shownHeight() const; ///< 0: nothing to say

Q_SIGNALS:
    void showAllRequested();
    void clocksRequested(bool adjusts, double share);

private:
    struct Line {
        QWidget* row;
        QLabel* words;
        QToolButton* button;
    };
    Line addLine(const QString& button);
    Line left_, clocks_, traces_;
    QSlider* share_;
    QTimer* shareTimer_;
    bool isAdjusted_ = false;
};

} // namespace aisle
