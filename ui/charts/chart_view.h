#pragma once
// A chart of what the scope selects, traces or spans: the bar above it, the brush and what a click opens. A range that is
// dragged is the scope's, live; what lies outside of it stays on show, so that it can be moved.

#include "analysis/items.h"
#include "scope_without.h"
#include "view.h"

#include <QPixmap>

class QHBoxLayout;
class QToolButton;

namespace aisle {

class ElidedLabel;
class EmptyState;
class FieldBox;
class Legend;

class ChartView : public View {
    Q_OBJECT
public:
    ItemsOf items() const { return items_; }
    void setItems(ItemsOf items);
    /// Where the chart is painted, axes included.
    QRectF body() const;

    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    QString statusText() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    QSize sizeHint() const override { return {600, 260}; }

protected:
    /// The terms that its brush is, of traces and of spans.
    struct Own {
        ScopeWithout::Kinds traces, spans;
    };
    ChartView(ViewContext& context, Own own, QWidget* parent);

    // --- what a chart is
    virtual void count() = 0; ///< asks for its content; called when the view can be seen
    virtual bool isEmpty() const = 0;
    virtual QString words() const = 0; ///< how many there are
    virtual QRectF plot() const = 0; ///< where it can be brushed, in the view
    virtual void paint(QPainter& painter, QSizeF size) const = 0; ///< all but the brush; kept until contentChanged()
    virtual void paintBrush(QPainter& painter, QSizeF size) const = 0;
    virtual QString describe(QPointF at) const = 0; ///< for a tool tip; empty: nothing is there
    /// The terms of a brush from one point to another, both in the view.
    virtual std::vector<ScopeTerm> between(QPointF a, QPointF b) const = 0;
    /// Where its own terms are, in the view; nothing when the scope has none.
    virtual std::optional<QRectF> brush() const = 0;
    virtual void openExemplar(QPointF at) = 0;
    /// The theme has changed: colours that the legend holds are made anew.
    virtual void recolour() {}
    /// What the empty state says of the chart.
    virtual std::pair<QString, QString> emptyWords() const = 0;

    void refresh(); ///< count(), once it can be seen
    /// The picture is made anew. A brush that moves over it paints itself alone.
    void contentChanged();
    /// What it counts next is of this table; true when a result of it is still wanted.
    bool isWanted(const SpanTablePtr& table, ItemsOf items) const { return table == context().table() && items == items_; }
    /// A result is taken: what a click opens is in that table.
    void setContentOf(SpanTablePtr table, std::shared_ptr<const ScopeResult> scope);
    /// It could not be counted; the content has been emptied.
    void setProblem(const QString& problem);
    void showWords();
    /// "1,204 traces, 3 with errors; 2 without …"; what a brush selects is counted exactly, not by what is drawn.
    QString countWords(uint64_t counted, uint64_t errors, uint64_t without, std::optional<uint64_t> brushedErrors = {}) const;
    void setOwnTerms(std::vector<ScopeTerm> terms, bool live);
    void clearOwnTerms();
    const ScopeWithout::Kinds& ownTerms() const { return items_ == ItemsOf::Traces ? own_.traces : own_.spans; }
    const ScopeWithout& scope() const { return scope_; } ///< without the brush
    QHBoxLayout* bar() const { return bar_; }
    QToolButton* addToggle(const QString& text, const QString& help);
    FieldBox* addFieldBox(const QString& help); ///< changes call refresh()
    Legend* addLegend();
    /// A span, or a trace and its root.
    void openItem(TraceIndex trace, Row row);
    /// Covers what is outside of a brush.
    static void paintOutside(QPainter& painter, const QRectF& plot, const QRectF& brush);

    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void follow(); ///< the scope has another result
    void updateEmptyState();

    const Own own_;
    SpanTablePtr contentOf_;
    QString problem_;
    ItemsOf items_ = ItemsOf::Traces;
    ScopeWithout scope_;
    QPixmap picture_;
    std::optional<QPointF> press_;
    bool dragged_ = false;
    QToolButton *traces_, *spans_;
    QHBoxLayout *bar_, *across_;
    QWidget* area_;
    ElidedLabel* words_;
    EmptyState* empty_;
    Legend* legend_ = nullptr;
    FieldBox* fields_ = nullptr;
};

/// "1,204 traces", "1 span".
QString countedItems(uint64_t count, ItemsOf items);

} // namespace aisle
