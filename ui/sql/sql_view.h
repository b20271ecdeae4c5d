#pragma once
// SQL over the workspace, read only: what there is to ask beside it, the answer as a table or as a chart.

#include "sql/answer_model.h"
#include "view.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;
class QTreeWidget;

namespace aisle {

class AnswerChart;
class ElidedLabel;
class SqlEdit;

class SqlView : public View {
    Q_OBJECT
public:
    explicit SqlView(ViewContext& context, QWidget* parent = nullptr);

    void ask(const QString& sql); ///< writes it and runs it
    bool isRunning() const { return worker_.isBusy(); }
    const AnswerModel& answer() const { return *model_; }
    SqlEdit* edit() const { return edit_; }

    QJsonObject settings() const override;
    /// Writes the query, and does not run it: it may be a stranger's and take long.
    void applySettings(const QJsonObject& settings) override;
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QSize sizeHint() const override { return {700, 320}; }

private:
    void run();
    void stop();
    void readSchema();
    void comparePersonal();
    void showWords(const QString& words, bool isProblem);
    void sortBy(int section);

    SqlEdit* edit_;
    QTreeWidget* schema_;
    QPushButton *run_, *stop_;
    QToolButton *asTable_, *asChart_;
    ElidedLabel* words_;
    QLabel* problem_;
    QStackedWidget* pages_;
    QTableView* list_;
    AnswerModel* model_;
    AnswerChart* chart_;
    bool isDescending_ = false;
    int sorted_ = -1;
    std::weak_ptr<Workspace> schemaOf_;
    std::shared_ptr<const std::unordered_set<std::string>> texts_; ///< of what is on show, which are compared with what is personal
    Worker worker_{this, Worker::Work::Long}, personalWorker_{this, Worker::Work::Long}, schemaWorker_{this};
};

} // namespace aisle
