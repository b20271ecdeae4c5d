#pragma once
// Who called whom in what order in the trace on show, as a sequence diagram. What repeats is folded into loops, which open one by
// one; what is deeper than wanted is only counted.

#include "sequence/sequence_content.h"
#include "view.h"

#include <set>

class QComboBox;
class QMenu;
class QToolButton;

namespace aisle {

class ElidedLabel;
class EmptyState;
class SequenceChart;
struct SequenceHit;

class SequenceView : public View {
    Q_OBJECT
public:
    explicit SequenceView(ViewContext& context, QWidget* parent = nullptr);
    ~SequenceView() override;

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    QSize sizeHint() const override { return {900, 480}; }
    QSize minimumSizeHint() const override { return {360, 120}; }

    static constexpr uint32_t kAllLevels = 0;
    void setFoldsRepeats(bool folds);
    bool foldsRepeats() const { return options_.foldRepeats; }
    void setLevels(uint32_t levels); ///< of calls within calls that are listed
    uint32_t levels() const { return levels_; }

    // What is shown; for tests.
    const SequenceContentPtr& content() const { return content_; }
    SequenceChart& chart() const { return *chart_; }
    bool isBusy() const { return context().shownTrace().isBusy() || worker_.isBusy(); }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void follow();
    void refresh();
    void adopt(SequenceContentPtr content);
    void applyFocus();
    void light();
    void showWords();
    void fillLevels();
    void updateEmptyState();

    void click(const SequenceHit& hit, Qt::KeyboardModifiers modifiers);
    void choose(uint32_t message);
    void moveBy(int messages);
    void toggle(Row loop);
    Row foldedLoop(uint32_t message) const;   ///< that it is in; kNoRow: none
    Row expandedLoop(uint32_t message) const;
    void filterTo(uint32_t message);
    std::vector<ScopeTerm> termsOf(uint32_t participant) const;
    void filterToParticipant(uint32_t participant);
    void openMenu(const SequenceHit& hit, const QPoint& at);
    void addActions(QMenu& menu, const SequenceHit& hit);
    void copyMermaid();

    SequenceContentPtr content_;
    SequenceOptions options_;
    uint32_t levels_ = kAllLevels;
    QString problem_;
    QToolButton* folds_;
    QComboBox* depth_;
    ElidedLabel* words_;
    SequenceChart* chart_;
    EmptyState* empty_;
    Worker worker_{this, Worker::Work::Long};
};

} // namespace aisle
