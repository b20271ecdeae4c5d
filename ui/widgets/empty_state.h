#pragma once
// What a view shows when it has nothing to show: what belongs here, what is lacking, one thing to do.

#include <QWidget>

class QLabel;
class QPushButton;

namespace aisle {

class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent);
    /// Covers its parent. An empty `button` shows none.
    void show(const QString& title, const QString& words, const QString& button = {});
    void hideState();

Q_SIGNALS:
    void buttonClicked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void applyFonts();
    void fitLabels();
    QLabel* title_;
    QLabel* words_;
    QPushButton* button_;
};

} // namespace aisle
