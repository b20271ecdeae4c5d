#include "journey_editor/exclusion_row.h"

#include "query_bar/query_edit.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace aisle {

ExclusionRow::ExclusionRow(ViewContext& context, const ExclusionDefinition& exclusion, QWidget* parent)
    : QWidget(parent), name_(new QLineEdit(toQString(exclusion.name), this)), where_(new QueryEdit(context, this)), after_(new QComboBox(this)), before_(new QComboBox(this)), wantedAfter_(exclusion.after),
      wantedBefore_(exclusion.before) {
    name_->setPlaceholderText(tr("Name"));
    name_->setAccessibleName(tr("Name of the exclusion"));
    name_->setFixedWidth(120);
    where_->setText(toQString(exclusion.where));
    where_->setHelp(tr("Spans that end an attempt, in TraceQL"));
    where_->setAccessibleName(tr("Condition of the exclusion"));
    after_->setAccessibleName(tr("Between this stage"));
    before_->setAccessibleName(tr("and this one"));
    auto* remove = new QToolButton(this);
    remove->setText(QStringLiteral("\u00d7"));
    remove->setToolTip(tr("Remove the exclusion"));
    remove->setAccessibleName(remove->toolTip());
    remove->setAutoRaise(true);
    for (QComboBox* stage : {after_, before_})
        stage->setMaximumWidth(measure::kWidestBox);
    auto* box = new QHBoxLayout(this);
    box->setContentsMargins(0, 2, 0, 2);
    box->setSpacing(measure::kPadding);
    box->addWidget(name_);
    box->addWidget(where_, 1);
    box->addWidget(plainLabel(tr("between"), this));
    box->addWidget(after_);
    box->addWidget(plainLabel(tr("and"), this));
    box->addWidget(before_);
    box->addWidget(remove);
    connect(name_, &QLineEdit::textEdited, this, &ExclusionRow::changed);
    connect(where_, &QLineEdit::textChanged, this, &ExclusionRow::changed);
    connect(after_, &QComboBox::activated, this, &ExclusionRow::changed);
    connect(before_, &QComboBox::activated, this, &ExclusionRow::changed);
    connect(remove, &QToolButton::clicked, this, &ExclusionRow::removed);
}

void ExclusionRow::setStages(const QStringList& names, const std::vector<const QWidget*>& rows) {
    const auto fill = [&](QComboBox* box, uint32_t wanted) {
        const QVariant row = box->currentData();
        int at = box->count() == 0 ? static_cast<int>(wanted) : box->currentIndex(); // also of a stage that is removed
        box->clear();
        for (int k = 0; k < names.size(); ++k) {
            box->addItem(names[k], reinterpret_cast<quintptr>(rows[static_cast<size_t>(k)]));
            if (row == box->itemData(k))
                at = k;
        }
        box->setCurrentIndex(std::clamp(at, 0, static_cast<int>(names.size()) - 1));
    };
    fill(after_, wantedAfter_);
    fill(before_, wantedBefore_);
}

ExclusionDefinition ExclusionRow::exclusion() const {
    return {name_->text().trimmed().toStdString(), where_->text().trimmed().toStdString(), static_cast<uint32_t>(std::max(0, after_->currentIndex())), static_cast<uint32_t>(std::max(0, before_->currentIndex()))};
}

} // namespace aisle
