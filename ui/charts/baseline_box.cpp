#include "charts/baseline_box.h"

#include "journey/case_scope.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace aisle {

namespace {
Scope of(ScopeTerm::Kind kind, const std::string& text) {
    ScopeTerm term;
    term.kind = kind;
    term.text = text;
    return Scope().with(term);
}
} // namespace

BaselineBox::BaselineBox(ViewContext& context, QWidget* parent) : QWidget(parent), context_(context), box_(new QComboBox(this)), keep_(new QToolButton(this)) {
    auto* why = new ElidedLabel(this); // a window must not grow with it
    why->setElideMode(Qt::ElideRight);
    why->setWidest(300);
    why->setText(tr("Everything is in the scope: select some of the traces to keep them"));
    why_ = why;
    auto* bar = new QHBoxLayout(this);
    bar->setContentsMargins(0, 0, 0, 0);
    bar->setSpacing(measure::kPadding);
    auto* label = plainLabel(tr("Compared with"), this);
    label->setBuddy(box_);
    box_->setAccessibleName(tr("Compared with"));
    box_->setMinimumContentsLength(18);
    box_->setMaximumWidth(measure::kWidestBox);
    keep_->setText(tr("Keep as baseline"));
    keep_->setToolTip(plainToolTip(tr("The present scope becomes what later ones are compared with")));
    keep_->setObjectName(QStringLiteral("toggle"));
    bar->addWidget(label);
    bar->addWidget(box_);
    bar->addWidget(keep_);
    bar->addWidget(why_);
    why_->setForegroundRole(QPalette::PlaceholderText);
    connect(&context_, &ViewContext::tableChanged, this, &BaselineBox::fill);
    connect(&context_, &ViewContext::pinnedChanged, this, &BaselineBox::fill);
    connect(&context_, &ViewContext::journeyChanged, this, &BaselineBox::fill);
    connect(&context_, &ViewContext::timeZoneChanged, this, &BaselineBox::fill);
    const auto follow = [this] {
        const bool isAll = context_.scopeResult()->everything, isEmpty = context_.table()->isEmpty();
        keep_->setEnabled(!isAll && !isEmpty);
        why_->setVisible(isAll && !isEmpty);
    };
    connect(&context_, &ViewContext::scopeSettled, this, follow);
    connect(&context_, &ViewContext::scopeResultChanged, this, follow);
    connect(box_, &QComboBox::activated, this, [this](int index) { setBaseline(index == 0 ? Scope() : box_->itemData(index).value<Scope>()); });
    connect(keep_, &QToolButton::clicked, this, [this] { keep(context_.selection().scope()); });
    fill();
    follow();
}

void BaselineBox::fill() {
    const auto addScope = [this](const QString& words, const Scope& scope) {
        box_->addItem(words.arg(singleLine(toQString(toWords(scope, *context_.journey(), context_.timeZone()))).left(60)), QVariant::fromValue(scope));
        box_->setItemData(box_->count() - 1, plainToolTip(toQString(scope.toText())), Qt::ToolTipRole);
    };
    box_->clear();
    box_->addItem(tr("everything else"));
    // Files first: before.json against after.json is what most come for.
    if (context_.table()->files().size() > 1)
        for (const FileInfo& file : context_.table()->files())
            box_->addItem(tr("file %1").arg(singleLine(toQString(file.name))), QVariant::fromValue(of(ScopeTerm::Kind::File, file.name)));
    if (const auto& journey = context_.journey(); journey && journey->definition && !journey->definition->stages.empty()) {
        const std::string& last = journey->definition->stages.back().name;
        box_->addItem(tr("who came to %1").arg(singleLine(toQString(last))), QVariant::fromValue(of(ScopeTerm::Kind::Stage, last)));
    }
    if (kept_)
        addScope(tr("kept: %1"), *kept_);
    // What is in use stays: a comparison must not become another one because a pin was closed, or a journey is worked out anew.
    const auto isFile = [](const Scope& scope) { return scope.terms().size() == 1 && scope.terms().front().kind == ScopeTerm::Kind::File; };
    if (!baseline_.isEmpty() && !isFile(baseline_) && (!kept_ || !(*kept_ == baseline_)) && !isOffered(baseline_))
        addScope(tr("kept: %1"), baseline_);
    for (const auto& [pin, scope] : context_.pinned())
        if (!scope.isEmpty())
            addScope(tr("pinned: %1"), scope);
    setBaseline(baseline_);
}

bool BaselineBox::isOffered(const Scope& scope) const {
    for (int i = 1; i < box_->count(); ++i)
        if (box_->itemData(i).value<Scope>() == scope)
            return true;
    const auto& pinned = context_.pinned();
    return std::any_of(pinned.begin(), pinned.end(), [&](const auto& pin) { return pin.second == scope; });
}

void BaselineBox::keep(const Scope& scope) {
    if (!scope.isEmpty())
        kept_ = scope;
    fill();
    setBaseline(scope);
}

void BaselineBox::setBaseline(const Scope& baseline) {
    int index = 0;
    for (int i = 1; i < box_->count(); ++i)
        if (box_->itemData(i).value<Scope>() == baseline)
            index = i;
    box_->setCurrentIndex(index);
    const Scope now = index == 0 ? Scope() : baseline; // of a file that is gone: everything else
    if (now == baseline_)
        return;
    baseline_ = now;
    Q_EMIT baselineChanged();
}

} // namespace aisle
