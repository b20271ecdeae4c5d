#pragma once
// Names of attributes, one on a line, best first: completed from those of the file. There always is an empty line for one more.
// Thread: the UI thread.

#include <QWidget>

#include <string>
#include <vector>

class QAbstractItemModel;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace aisle {

class AttributeLines : public QWidget {
    Q_OBJECT
public:
    /// Role of the name in the model of completions; what is displayed may say more of it.
    static constexpr int NameRole = Qt::UserRole;
    /// `title`: what screen readers say of a line, with its number.
    AttributeLines(QString title, QAbstractItemModel* completions, QWidget* parent);

    void setAttributes(const std::vector<std::string>& attributes);
    std::vector<std::string> attributes() const; ///< without empty lines

Q_SIGNALS:
    void changed();

private:
    struct Line {
        QWidget* row;
        QLineEdit* name;
        QToolButton *up, *remove;
    };
    void addLine(const QString& name);
    void moveLine(QWidget* row, int by);
    void removeLine(QWidget* row);
    void place();

    const QString title_;
    QAbstractItemModel* completions_;
    QVBoxLayout* box_;
    std::vector<Line> lines_;
};

} // namespace aisle
