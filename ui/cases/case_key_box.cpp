#include "cases/case_key_box.h"

#include "cases/case_key_editor.h"
#include "cases/case_keys.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QKeyEvent>
#include <QStandardItemModel>
#include <QWheelEvent>

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
        else
            edit();
    });
    connect(&context_.caseKeys(), &CaseKeys::changed, this, [this] {
        table_.reset();
        refresh();
    });
    setPlaceholderText(tr("What a case is"));
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
        setItemData(count() - 1, plainToolTip(toQString(c.isOwn ? c.sentence + " " + sentenceOf(c.key) : c.sentence)), Qt::ToolTipRole);
        if (!c.isGood && items != nullptr)
            items->item(count() - 1)->setEnabled(false);
    }
    setEnabled(!context_.table()->isEmpty());
    if (isEnabled()) {
        if (count() > 0)
            insertSeparator(count());
        addItem(tr("Edit what a case is…"));
    }
    follow();
}

void CaseKeyBox::edit() {
    const int now = indexOfPresent();
    auto* editor = new CaseKeyEditor(context_, now < 0 ? std::string() : candidates_[static_cast<size_t>(now)].id, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &CaseKeyEditor::saved, this, &CaseKeyBox::caseKeyChosen);
    follow();
    editor->open();
}

/// Of the candidates the one that the cases of the journey are by; -1: none.
int CaseKeyBox::indexOfPresent() const {
    const CaseIndex& cases = context_.journey()->cases();
    int now = -1;
    for (size_t c = 0; c < candidates_.size(); ++c) {
        if (candidates_[c].attribute != cases.attribute())
            continue;
        if (candidates_[c].id == cases.key().id)
            return static_cast<int>(c);
        if (now < 0)
            now = static_cast<int>(c);
    }
    return now;
}

/// A step through the closed box would work each of them out, and open the editor at the end.
void CaseKeyBox::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up || event->key() == Qt::Key_End || event->key() == Qt::Key_Home || event->key() == Qt::Key_PageDown || event->key() == Qt::Key_PageUp)
        showPopup();
    else
        QComboBox::keyPressEvent(event);
}
void CaseKeyBox::wheelEvent(QWheelEvent* event) { event->ignore(); }

/// Shows what the cases of the journey are by.
void CaseKeyBox::follow() {
    const int now = indexOfPresent();
    setCurrentIndex(now);
    setToolTip(now < 0 ? tr("What a case is") : plainToolTip(toQString(candidates_[static_cast<size_t>(now)].sentence)));
}

} // namespace aisle
