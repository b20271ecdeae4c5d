#pragma once
// What the customers of the scope really did: the map of what followed what, with adjustable detail, and beside it the variants.

#include "cases/case_page.h"
#include "paths/paths_layout.h"
#include "paths/variants.h"

class QCheckBox;
class QComboBox;
class QKeyEvent;
class QLabel;
class QSlider;
class QTableView;

namespace aisle {

class GraphCanvas;
class JourneyEmptyState;
class RestColumn;
class TabularModel;

/// The log of one choice of activities, over all counted cases of the journey.
struct PathsLog {
    std::shared_ptr<const JourneyState> state;
    ActivityChoice choice;
    Activities activities;
    CaseLog log;
};
/// What is on show of it: of the cases in a scope.
struct PathsShown {
    std::shared_ptr<const PathsLog> of;
    std::vector<bool> only; ///< by case
    DirectlyFollows graph;
    Variants variants;
    Tabular variantTable; ///< of the most frequent ones, as far as they are listed
    PathsPlan plan;
};

class PathsView : public CasePage {
    Q_OBJECT
public:
    explicit PathsView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    std::vector<ViewDocument> documents() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

    const std::shared_ptr<const PathsShown>& shown() const { return shown_; } ///< null: nothing
    GraphCanvas* canvas() const { return canvas_; }
    QTableView* variantList() const { return list_; }
    /// "requests", "every-request", "stages", "visits", or a field; what is none is said, and nothing changes.
    void setActivities(const QString& of, bool everyRequest = false);
    void setDetail(int activities, int paths); ///< percent
    /// What a filter to it would ask for: exactly its cases where these are few, else those that hold its activities, which may be more.
    struct Filter {
        std::string query; ///< TraceQL; empty: none
        std::vector<CaseNumber> cases; ///< that are counted there, ascending
        bool isExact = false;
        std::string words; ///< what the cases are: "Cart → Pay"
    };
    /// Go through every event: on any thread but the UI thread. Throw Stopped.
    static Filter filterOf(const PathsShown& shown, const GraphHit& hit, const StopToken& stop = {});
    static Filter filterOfVariant(const PathsShown& shown, uint32_t variant);

private:
    void readLog();
    bool isLogWanted() const; ///< log_ is of the present journey
    void count();
    void show(std::shared_ptr<const PathsShown> shown, std::shared_ptr<const ScopeResult> scope);
    void fillVariants();
    void showFrame();
    void showMarks();
    void showEmpty();
    void select(const GraphHit& hit);
    void filterTo(const Filter& filter);
    void list(const Filter& filter);
    void openMenu(const Filter& filter, QPoint global);
    void keyPressed(QKeyEvent* event);
    void walk(Qt::Key key);
    void nextLine(); ///< of the node at the cursor
    uint32_t chosenVariant() const;
    static Filter filterTo(const PathsShown& shown, std::vector<CaseNumber> cases, const std::vector<uint32_t>& activities);
    /// Works the filter out, then does that with it, unless something else is on show by then or was asked for.
    using Then = std::function<void(const Filter&)>;
    void findFilter(std::function<Filter(const PathsShown&, const StopToken&)> filter, Then then);
    void findOf(const GraphHit& hit, Then then);
    void findOfVariant(uint32_t variant, Then then);
    Then filters(), lists(), opensMenu(QPoint global);
    bool eventFilter(QObject* watched, QEvent* event) override;

    QComboBox *activities_, *colours_;
    QSlider *detail_, *paths_;
    QCheckBox* folds_;
    GraphCanvas* canvas_;
    QTableView* list_;
    RestColumn* variants_;
    TabularModel* model_;
    QLabel* notes_;
    JourneyEmptyState* empty_;
    ActivityChoice choice_;
    std::shared_ptr<const PathsLog> log_;
    std::shared_ptr<const PathsShown> shown_;
    GraphHit hovered_, cursor_;
    uint32_t linesOf_ = 0; ///< node of the frame whose lines the cursor goes through
    QString problem_;
    Worker logWorker_{this, Worker::Work::Long}, worker_{this}, filterWorker_{this};
};

} // namespace aisle
