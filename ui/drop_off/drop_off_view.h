#pragma once
// Why they stopped: of one stage of the journey what goes together with stopping there, strongest first. A click focuses what a cause is
// about, Enter filters to those who stopped with it, L lists them, E shows an example, and the next one when pressed again.

#include "cases/case_page.h"
#include "journey/drop_off.h"

class QComboBox;
class QLabel;
class QListView;

namespace aisle {

class DropOffDelegate;
class DropOffModel;
class ElidedLabel;
class JourneyEmptyState;

class DropOffView : public CasePage {
    Q_OBJECT
public:
    explicit DropOffView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

    /// A stage by its name; of a name that no stage has, and of none, the one at which most stopped, or where nothing stands out there, at
    /// which most does.
    void setStage(const std::string& name);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Content {
        std::shared_ptr<const JourneyState> state;
        std::shared_ptr<const ScopeResult> scope;
        FunnelResult funnel = {};
        std::shared_ptr<const DropOff> drop = std::make_shared<DropOff>();
        bool isChosen = false; ///< the stage, by the user
        std::string insteadOf = {}; ///< the stage at which most stopped, when another one is shown because nothing stands out there
    };
    void refresh();
    void workOut();
    void lookElsewhere();
    void show(Content content);
    void showWords();
    void showNothingFound();
    void fillStages();
    void followFocus();
    void focusOn(int row);
    void showExample(int row);
    void filterTo(int row);
    void list(int row);
    void openMenu(QPoint at);
    void activate(int row);

    Content content_;
    std::optional<Scope> own_; ///< what this view filtered to: not that is compared, but what was before it
    const Workspace* workspace_; ///< that it was chosen in
    std::string wanted_; ///< the stage that was chosen; empty: see setStage()
    DropOffModel* model_;
    DropOffDelegate* delegate_;
    QListView* list_;
    QComboBox* stages_;
    ElidedLabel* words_;
    QLabel* notes_;
    JourneyEmptyState* empty_;
    QString problem_;
    std::pair<int, size_t> example_{-1, 0}; ///< row, and which of its examples is next
    Worker worker_{this, Worker::Work::Long}, elsewhereWorker_{this, Worker::Work::Long}, filterWorker_{this};
};

} // namespace aisle
