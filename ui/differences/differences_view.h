#pragma once
// What is different about the selection: attributes and values by how they separate its spans from all others, from those of a
// file, or from a scope that was kept. A click shows nothing new; Enter and the menu filter to a value or leave it out.

#include "view.h"

class QTableView;
class QToolButton;

namespace aisle {

class BaselineBox;
class DifferencesModel;
class ElidedLabel;
class EmptyState;
struct Difference;

class DifferencesView : public View {
    Q_OBJECT
public:
    explicit DifferencesView(ViewContext& context, QWidget* parent = nullptr);

    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    void takeFocus() override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;

    /// What the selection is compared with: everything else (an empty scope), or what this selects.
    void setBaseline(const Scope& baseline);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void compare();
    void showWords();
    void filterTo(int row, bool excludes);
    void filterTo(const Difference& difference, bool excludes);
    void openMenu(QPoint at);

    DifferencesModel* model_;
    QTableView* list_;
    BaselineBox* baselines_;
    QToolButton* onlySpans_;
    ElidedLabel* words_;
    EmptyState* empty_;
    QString problem_;
    Worker worker_{this, Worker::Work::Long};
};

} // namespace aisle
