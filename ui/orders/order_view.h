#pragma once
// One order in plain words: what the customer did and saw, what was charged, where it waited, what failed, what is still open. The order is the
// one in focus, or found by what somebody at the telephone knows of it. A click on a sentence shows the technical detail below it, a double
// click on that opens the trace; its menus export the page and copy from it. When nothing is in focus any more no order is on show.
//
// Personal data is masked here until it is revealed, as in whatever leaves the window.

#include "orders/fulfilment_log.h"
#include "story/order_search.h"
#include "story/order_story.h"
#include "view.h"

class QLabel;
class QLineEdit;
class QListView;
class QListWidget;
class QMenu;
class QToolButton;

namespace aisle {

class EmptyState;
class OrderModel;
class OrderWords;

class OrderView : public View {
    Q_OBJECT
public:
    explicit OrderView(ViewContext& context, QWidget* parent = nullptr);

    const OrderModel& model() const { return *model_; }
    QListView* list() const { return list_; }
    QLineEdit* searchLine() const { return text_; }
    QListWidget* hits() const { return hits_; }
    OrderWords& words() const { return *words_; }
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    std::vector<ViewDocument> documents() const override;
    void takeFocus() override;
    bool hasSearch() const override { return true; }
    void openSearch() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What is on show, without what masks it.
    struct Told {
        std::shared_ptr<const JourneyState> state;
        std::shared_ptr<const StoryTemplates> words; ///< that the story is of
        OrderStory story;
    };
    void follow();
    void tell(CaseNumber order);
    void tellAgain();
    void show();
    void showNotes();
    void showEmpty();
    void find();
    void findAgain();
    void showHits(const OrderHits& found);
    void fitHits();
    void choose(int hit);
    void openDetail(int row, bool isOpened);
    void focusBehind(size_t line, size_t number, bool isOpened);
    void forgetSearch();
    void fillExports();
    void exportTraces();
    void copyMarkdown() const;
    void openMenu(QPoint at);

    QLineEdit* text_;
    QToolButton *sentences_, *reveal_, *export_;
    QMenu* exports_; ///< of the button, and of the context menu of the page
    QListWidget* hits_;
    QLabel *title_, *headline_, *figures_, *notes_;
    QListView* list_;
    EmptyState* empty_;
    OrderModel* model_;
    OrderWords* words_;
    std::shared_ptr<const Told> told_;                ///< null: no order is chosen
    std::shared_ptr<const JourneyState> searchOf_;    ///< that search_ is of
    std::shared_ptr<const OrderSearch> search_;
    std::vector<CaseNumber> found_; ///< by row of hits_
    QString problem_, ofWords_; ///< why it is not told; what is wrong with the sentences, and with keeping them
    CaseNumber asked_ = kNoCase; ///< being told or on show
    std::string askedName_; ///< its value, which is the same when orders are put together anew
    CaseNumber chosen_ = kNoCase; ///< found by the text of the search, which stays as long as that is on show
    std::shared_ptr<const JourneyState> askedOf_; ///< that it is a case of
    Worker worker_{this}, searchWorker_{this};
};

} // namespace aisle
