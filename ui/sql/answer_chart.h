#pragma once
// A query's answer as a picture: bars where its first column is text, lines over it where it is a number or a time.

#include "export/export.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QWidget>

namespace aisle {

/// What of an answer can be drawn. Pure: painting and tests use the same struct.
struct AnswerPlot {
    enum class Kind { None, Bars, Lines };
    Kind kind = Kind::None;
    bool isTime = false;              ///< x are ns since the epoch
    std::vector<std::string> labels;  ///< of bars
    double first = 0, last = 0;       ///< of x
    struct Line {
        std::string title, key;       ///< key: of the column
        std::vector<double> x;        ///< of lines, ascending
        std::vector<double> y;        ///< NaN: null
    };
    std::vector<Line> lines;          ///< one of bars, up to kMostLines of lines, of at most kMostPoints each: of what falls on one
                                      ///< place of any screen the smallest and the largest stay
    size_t left = 0;                  ///< rows that are not drawn
    static constexpr size_t kMostBars = 60, kMostLines = 6, kMostPoints = 8000;
};
AnswerPlot answerPlot(const Tabular& table);
/// `redactor`: null on screen.
void paintAnswer(QPainter& painter, const AnswerPlot& plot, const QSize& size, TimeZone zone, const Theme& theme, const Redactor* redactor = nullptr, const std::string& key = {});

class AnswerChart : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void setPlot(AnswerPlot plot, TimeZone zone);
    const AnswerPlot& plot() const { return plot_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    AnswerPlot plot_;
    TimeZone zone_;
};

} // namespace aisle
