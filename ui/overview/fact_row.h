#pragma once
// A row of large figures with a word below each.

#include <QWidget>

namespace aisle {

class FactRow : public QWidget {
    Q_OBJECT
public:
    struct Fact {
        QString value, words;
        bool isBad = false; ///< red, with a mark
    };
    explicit FactRow(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }
    void setFacts(std::vector<Fact> facts);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int columns() const;
    std::vector<Fact> facts_;
};

} // namespace aisle
