#pragma once
// One column of a table has the room that the others leave over, and never less than its contents, or `most` characters of them, take. As a
// stretched section it would be squeezed to nothing before the table scrolls.

#include <QObject>

class QTableView;

namespace aisle {

class RestColumn : public QObject {
public:
    /// Owned by the view, which has its model and header.
    RestColumn(QTableView& view, int column, int most);
    /// After contents or other sections have changed; it does so by itself when the view gets another width.
    void fit();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit(int width);

    QTableView& view_;
    const int column_, most_;
};

} // namespace aisle
