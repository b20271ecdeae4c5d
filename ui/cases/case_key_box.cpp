#include "cases/case_key_box.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QStandardItemModel>

namespace aisle {

CaseKeyBox::CaseKeyBox(ViewContext& context, QWidget* parent) : QComboBox(parent), context_(context) {
    setAccessibleName(tr("What a case is"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setMaximumWidth(measure::kWidestBox);
    connect(&context_, &ViewContext::tableChanged, this, [this] {
        worker_.cancel();
        table_.reset();
        candidates_.clear();
        fill();
    });
    // When the journey is known, what its cases need has been read.
    connect(&context_, &ViewContext::journeyChanged, this, [this] {
        refresh();
        follow();
    });
    connect(this, &QComboBox::activated, this, [this](int index) {
        if (const QString id = itemData(index).toString(); !id.isEmpty())
            Q_EMIT caseKeyChosen(id);
    });
    fill();
}

void CaseKeyBox::showEvent(QShowEvent* event) {
    QComboBox::showEvent(event);
    refresh();
}

void CaseKeyBox::refresh() {
    if (!isVisible() || table_ == context_.table() || context_.isProvisional() || context_.table()->isEmpty() || context_.journey()->table != context_.table())
        return;
    table_ = context_.table();
    worker_.run<std::vector<CaseCandidate>>([asked = context_.queryContext()](const StopToken& stop) { return caseCandidates(asked, stop); },
                                            [this](std::vector<CaseCandidate> found) {
                                                candidates_ = std::move(found);
                                                fill();
                                            },
                                            [this](const QString& problem) { setToolTip(plainToolTip(problem)); });
}

void CaseKeyBox::fill() {
    clear();
    auto* items = qobject_cast<QStandardItemModel*>(model());
    for (const CaseCandidate& c : candidates_) {
        addItem(singleLine(toQString(c.key.plural.empty() ? "cases" : c.key.plural)) + tr(" by %1 (%2)").arg(singleLine(toQString(c.attribute)), toQString(formatCount(c.cases))), toQString(c.id));
        setItemData(count() - 1, plainToolTip(toQString(c.sentence)), Qt::ToolTipRole);
        if (!c.isGood && items != nullptr)
            items->item(count() - 1)->setEnabled(false);
    }
    setEnabled(count() > 0);
    follow();
}

/// Shows what the cases of the journey are by.
void CaseKeyBox::follow() {
    const std::string& attribute = context_.journey()->cases().attribute();
    int now = -1;
    for (size_t c = 0; c < candidates_.size(); ++c)
        if (candidates_[c].attribute == attribute)
            now = static_cast<int>(c);
    setCurrentIndex(now);
    setToolTip(now < 0 ? tr("What a case is") : plainToolTip(toQString(candidates_[static_cast<size_t>(now)].sentence)));
}

} // namespace aisle
