#include "cases/attribute_lines.h"

#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QCompleter>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace aisle {

AttributeLines::AttributeLines(QString title, QAbstractItemModel* completions, QWidget* parent) : QWidget(parent), title_(std::move(title)), completions_(completions), box_(new QVBoxLayout(this)) {
    box_->setContentsMargins(0, 0, 0, 0);
    box_->setSpacing(2);
    setAttributes({});
}

void AttributeLines::setAttributes(const std::vector<std::string>& attributes) {
    for (const Line& line : std::exchange(lines_, {}))
        delete line.row;
    for (const std::string& attribute : attributes)
        addLine(toQString(attribute));
    addLine({});
    place();
}

std::vector<std::string> AttributeLines::attributes() const {
    std::vector<std::string> out;
    for (const Line& line : lines_)
        if (const QString name = line.name->text().trimmed(); !name.isEmpty())
            out.push_back(name.toStdString());
    return out;
}

void AttributeLines::addLine(const QString& name) {
    auto* row = new QWidget(this);
    Line line{row, new QLineEdit(name, row), new QToolButton(row), new QToolButton(row)};
    const auto button = [](QToolButton* of, const QString& text, const QString& help) {
        of->setText(text);
        of->setToolTip(help);
        of->setAccessibleName(help);
        of->setAutoRaise(true);
    };
    button(line.up, QStringLiteral("\u2191"), tr("Move the attribute up"));
    button(line.remove, QStringLiteral("\u00d7"), tr("Remove the attribute"));
    auto* completer = new QCompleter(completions_, line.name);
    completer->setCompletionRole(NameRole);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    completer->setMaxVisibleItems(12);
    line.name->setCompleter(completer);
    auto* box = new QHBoxLayout(row);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(measure::kPadding);
    box->addWidget(line.name, 1);
    box->addWidget(line.up);
    box->addWidget(line.remove);
    box_->addWidget(row);
    connect(line.name, &QLineEdit::textChanged, this, [this] {
        if (!lines_.back().name->text().isEmpty()) {
            addLine({});
            place();
        }
        Q_EMIT changed();
    });
    connect(line.up, &QToolButton::clicked, this, [this, row] { moveLine(row, -1); });
    connect(line.remove, &QToolButton::clicked, this, [this, row] { removeLine(row); });
    lines_.push_back(line);
}

void AttributeLines::moveLine(QWidget* row, int by) {
    const auto at = std::find_if(lines_.begin(), lines_.end(), [row](const Line& line) { return line.row == row; });
    const auto other = at + by;
    std::swap(*at, *other);
    box_->removeWidget(row);
    box_->insertWidget(static_cast<int>(other - lines_.begin()), row);
    place();
    Q_EMIT changed();
}

void AttributeLines::removeLine(QWidget* row) {
    std::erase_if(lines_, [row](const Line& line) { return line.row == row; });
    row->deleteLater();
    place();
    lines_.back().name->setFocus();
    Q_EMIT changed();
}

void AttributeLines::place() {
    for (size_t i = 0; i < lines_.size(); ++i) {
        const bool isLast = i + 1 == lines_.size(); // for one more
        lines_[i].name->setAccessibleName(tr("%1, %2").arg(title_).arg(i + 1));
        lines_[i].name->setPlaceholderText(!isLast ? QString() : i == 0 ? tr("an attribute") : tr("one more"));
        lines_[i].up->setEnabled(i > 0 && !isLast);
        lines_[i].remove->setEnabled(!isLast);
    }
    QWidget* before = nullptr;
    for (const Line& line : lines_)
        for (QWidget* widget : {static_cast<QWidget*>(line.name), static_cast<QWidget*>(line.up), static_cast<QWidget*>(line.remove)}) {
            if (before != nullptr)
                setTabOrder(before, widget);
            before = widget;
        }
}

} // namespace aisle
