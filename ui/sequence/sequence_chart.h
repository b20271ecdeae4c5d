#pragma once
// The sheet on which a sequence diagram is scrolled: cards and times stay in sight. Says what was pointed at; what that does is the
// view's business, and so are keys.

#include "sequence/sequence_content.h"
#include "sequence/sequence_layout.h"

#include <QAbstractScrollArea>

namespace aisle {

class SequenceChart : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit SequenceChart(QWidget* parent);

    /// `content` null: nothing. Where it is scrolled to stays unless `isOther`.
    void setContent(SequenceContentPtr content, bool isOther);
    const SequenceScene& scene() const { return scene_; }

    uint32_t selected() const { return selected_; }
    void select(uint32_t message); ///< and scrolls to it; kNone: none
    uint32_t focusedParticipant() const { return participant_; }
    void focusParticipant(uint32_t participant); ///< likewise
    void setLit(std::vector<bool> lit); ///< empty: nothing is dimmed

    SequenceFrame frame() const;
    QPoint placeOf(uint32_t message) const; ///< on the screen, for a menu that was asked for by a key
    void scrollAcross(int columns);
    int linesOnPage() const;
    /// By participant.
    static std::vector<QColor> coloursOf(const SequenceContent& content);

Q_SIGNALS:
    void clicked(const aisle::SequenceHit& hit, Qt::KeyboardModifiers modifiers);
    void opened(const aisle::SequenceHit& hit); ///< by a double click, or one on the chevron of a loop
    void menuRequested(const aisle::SequenceHit& hit, const QPoint& globalPos);

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent*) override;
    void scrollContentsBy(int, int) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void makeScene();
    void updateScrollBars();
    void hover(const SequenceHit& hit);
    QSize bodySize() const;

    SequenceContentPtr content_;
    SequenceScene scene_;
    std::vector<QColor> colours_;
    std::vector<bool> lit_;
    uint32_t selected_ = SequenceScene::kNone, participant_ = SequenceScene::kNone;
    SequenceHit hovered_, pressed_;
    bool isPressed_ = false;
};

} // namespace aisle
