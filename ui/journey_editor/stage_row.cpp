#include "journey_editor/stage_row.h"

#include "journey_editor/target_box.h"
#include "query_bar/query_edit.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>

namespace aisle {

StageRow::StageRow(ViewContext& context, const StageDefinition& stage, QWidget* parent)
    : QWidget(parent), given_(stage), number_(new QLabel(this)), name_(new QLineEdit(toQString(stage.name), this)), where_(new QueryEdit(context, this)), optional_(new QCheckBox(tr("optional"), this)),
      anySpan_(new QCheckBox(tr("any span"), this)), holds_(new QCheckBox(tr("same value"), this)), attempts_(new QCheckBox(tr("failed attempts"), this)), times_(new QSpinBox(this)), within_(new TargetBox(this)), count_(plainLabel({}, this)), failed_(new QueryEdit(context, this)), up_(new QToolButton(this)), down_(new QToolButton(this)),
      remove_(new QToolButton(this)) {
    number_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("24")));
    number_->setForegroundRole(QPalette::PlaceholderText);
    name_->setPlaceholderText(tr("Name"));
    name_->setAccessibleName(tr("Name of the stage"));
    name_->setFixedWidth(150);
    where_->setText(toQString(stage.where));
    where_->setPlaceholderText(QStringLiteral("{ aisle:path = \"/cart\" && .http.request.method = \"POST\" }"));
    where_->setHelp(tr("Which spans fill the stage, in TraceQL. Ctrl+Space completes."));
    where_->setAccessibleName(tr("Condition of the stage"));
    optional_->setChecked(stage.isOptional);
    optional_->setToolTip(plainToolTip(tr("Later stages can be reached without it")));
    anySpan_->setChecked(stage.anySpan);
    anySpan_->setToolTip(plainToolTip(tr("Any span fills it, not only requests: entry spans that begin their service's part of a request")));
    holds_->setChecked(stage.holds);
    holds_->setToolTip(plainToolTip(tr("Its events have to have the value that is held constant")));
    failed_->setText(toQString(stage.failed));
    failed_->setPlaceholderText(QStringLiteral("{ .http.response.status_code = 402 }"));
    failed_->setHelp(tr("Which spans tried to come to the stage and failed without an error of their own, in TraceQL. Ctrl+Space completes."));
    failed_->setAccessibleName(tr("Condition of failed attempts"));
    attempts_->setChecked(!stage.failed.empty());
    attempts_->setToolTip(plainToolTip(tr("Some spans tried to come here and failed without an error of their own: a payment that is answered 402. They count as visits that failed.")));
    attempts_->setVisible(context.isOfOrders());
    auto* attemptWords = plainLabel(tr("failed where"), this);
    const auto showAttempts = [this, attemptWords, ofOrders = context.isOfOrders()] {
        for (QWidget* widget : std::initializer_list<QWidget*>{attemptWords, failed_})
            widget->setVisible(ofOrders && attempts_->isChecked());
    };
    showAttempts();
    for (QLineEdit* edit : std::initializer_list<QLineEdit*>{where_, failed_})
        edit->setCursorPosition(0); // a long one is read from its beginning
    times_->setRange(1, JourneyDefinition::kMostTimes);
    times_->setValue(static_cast<int>(stage.times));
    times_->setPrefix(QStringLiteral("\u00d7 "));
    times_->setToolTip(plainToolTip(tr("So many events fill it")));
    times_->setAccessibleName(tr("Events that fill the stage"));
    within_->setTarget(stage.within);
    within_->setToolTip(plainToolTip(tr("An order is late that comes here later than so long after the end of the stage before it that is not optional: 90s, 15m, 2h, 1 h 30 min")));
    within_->setAccessibleName(tr("Time in which the stage should be reached"));
    auto* withinWords = plainLabel(tr("within"), this);
    withinWords->setVisible(context.isOfOrders());
    within_->setVisible(context.isOfOrders());
    count_->setForegroundRole(QPalette::PlaceholderText);
    const auto button = [](QToolButton* of, const QString& text, const QString& help) {
        of->setText(text);
        of->setToolTip(help);
        of->setAccessibleName(help);
        of->setAutoRaise(true);
    };
    button(up_, QStringLiteral("\u2191"), tr("Move the stage up"));
    button(down_, QStringLiteral("\u2193"), tr("Move the stage down"));
    button(remove_, QStringLiteral("\u00d7"), tr("Remove the stage"));

    auto* first = new QHBoxLayout;
    first->setSpacing(measure::kPadding);
    first->addWidget(number_);
    first->addWidget(name_);
    first->addWidget(where_, 1);
    first->addWidget(up_);
    first->addWidget(down_);
    first->addWidget(remove_);
    auto* second = new QHBoxLayout;
    second->setSpacing(measure::kGap);
    second->setContentsMargins(number_->minimumWidth() + measure::kPadding, 0, 0, 0);
    second->addWidget(optional_);
    second->addWidget(anySpan_);
    second->addWidget(holds_);
    second->addWidget(attempts_);
    second->addWidget(times_);
    second->addWidget(withinWords);
    second->addWidget(within_);
    second->addWidget(count_, 1);
    auto* third = new QHBoxLayout;
    third->setSpacing(measure::kPadding);
    third->setContentsMargins(number_->minimumWidth() + measure::kPadding, 0, 0, 0);
    third->addWidget(attemptWords);
    third->addWidget(failed_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 4, 0, 8);
    box->setSpacing(4);
    box->addLayout(first);
    box->addLayout(second);
    box->addLayout(third);

    connect(name_, &QLineEdit::textEdited, this, &StageRow::changed);
    for (QueryEdit* edit : {where_, failed_})
        connect(edit, &QLineEdit::textChanged, this, &StageRow::changed);
    connect(attempts_, &QCheckBox::toggled, this, showAttempts);
    for (QCheckBox* check : {optional_, anySpan_, holds_, attempts_})
        connect(check, &QCheckBox::toggled, this, &StageRow::changed);
    for (QSpinBox* spin : std::initializer_list<QSpinBox*>{times_, within_})
        connect(spin, &QSpinBox::valueChanged, this, &StageRow::changed);
    connect(up_, &QToolButton::clicked, this, [this] { Q_EMIT moved(-1); });
    connect(down_, &QToolButton::clicked, this, [this] { Q_EMIT moved(1); });
    connect(remove_, &QToolButton::clicked, this, &StageRow::removed);
}

StageDefinition StageRow::stage() const {
    StageDefinition out = given_;
    out.name = name_->text().trimmed().toStdString();
    out.where = where_->text().trimmed().toStdString();
    out.failed = attempts_->isChecked() ? failed_->text().trimmed().toStdString() : std::string();
    out.isOptional = optional_->isChecked() && optional_->isEnabled();
    out.anySpan = anySpan_->isChecked();
    out.holds = holds_->isChecked();
    out.times = static_cast<uint32_t>(times_->value());
    out.within = within_->isEnabled() ? within_->target() : 0;
    return out;
}

void StageRow::setPlace(size_t index, size_t count, bool holds, bool inTurn) {
    number_->setText(QString::number(index + 1));
    optional_->setEnabled(index > 0); // the first one is where a journey begins
    within_->setEnabled(index > 0 && inTurn); // else nothing is before it that it could be late after
    holds_->setVisible(holds);
    up_->setEnabled(index > 0);
    down_->setEnabled(index + 1 < count);
    remove_->setEnabled(count > 1);
}

void StageRow::setCount(const QString& words) {
    QPalette muted = palette();
    count_->setPalette(muted);
    count_->setForegroundRole(QPalette::PlaceholderText);
    count_->setText(words);
}

void StageRow::setProblem(const QString& problem) {
    if (problem.isEmpty())
        return;
    QPalette red = palette();
    red.setColor(QPalette::PlaceholderText, theme().error);
    count_->setPalette(red);
    count_->setText(problem);
}

bool StageRow::lacksFailed() const { return attempts_->isVisibleTo(this) && attempts_->isChecked() && failed_->text().trimmed().isEmpty(); }

void StageRow::takeFocus() { name_->text().isEmpty() ? name_->setFocus() : where_->setFocus(); }

} // namespace aisle
