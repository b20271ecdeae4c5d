#include "breakdown/breakdown_view.h"

#include "analysis/items.h"
#include "charts/field_box.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/rest_column.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QTableView>

namespace aisle {

namespace {

constexpr QLatin1String kAt("at "); ///< then a stage

/// A rate from 0 to 100 % with its interval as a bar, and the rate of all as a line.
class RateDelegate : public ListDelegate {
public:
    using ListDelegate::ListDelegate;
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QVariant interval = index.data(BreakdownModel::IntervalRole);
        if (!interval.isValid()) {
            ListDelegate::paint(p, option, index);
            return;
        }
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString words = item.text;
        item.text.clear();
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, p, item.widget);
        const QList<QVariant> values = interval.toList();
        const double room = QFontMetricsF(item.font).horizontalAdvance(QStringLiteral("100.0 %")) + 12;
        const QRectF bar = QRectF(option.rect).adjusted(8, 0, -room - 4, 0);
        const auto at = [&](int i) { return std::round(bar.left() + std::clamp(values[i].toDouble(), 0.0, 1.0) * bar.width()); };
        const bool isClear = values[0].toDouble() > values[3].toDouble() || values[2].toDouble() < values[3].toDouble();
        p->fillRect(QRectF(bar.left(), bar.center().y(), bar.width(), 1), theme().line);
        QColor colour = isClear ? theme().text : theme().mutedText;
        colour.setAlphaF(isClear ? 0.55F : 0.30F);
        p->fillRect(QRectF(at(0), bar.center().y() - 3, std::max(1.0, at(2) - at(0)), 7), colour);
        p->fillRect(QRectF(at(3), bar.top() + 2, 1, bar.height() - 4), theme().accent);
        p->fillRect(QRectF(at(1) - 1, bar.center().y() - 6, 2, 13), isClear ? theme().text : theme().mutedText);
        p->setPen(item.palette.color((item.state & QStyle::State_Selected) != 0 ? QPalette::HighlightedText : QPalette::Text));
        p->setFont(item.font);
        p->drawText(QRectF(option.rect.right() - room, option.rect.top(), room - 6, option.rect.height()), Qt::AlignRight | Qt::AlignVCenter, words);
    }
};

} // namespace

BreakdownView::BreakdownView(ViewContext& shared, QWidget* parent)
    : JourneyPage(shared, tr("By value"), tr("How the values of an attribute differ in how far %1 come: by release, device, country, payment method.").arg(shared.isOfOrders() ? tr("orders") : tr("customers")), parent), model_(new BreakdownModel(JourneyWords::of(shared), this)),
      list_(new QTableView(this)), field_(new FieldBox(shared, this)), attribution_(new QComboBox(this)), words_(new ElidedLabel(this)) {
    list_->setModel(model_);
    list_->setItemDelegate(new RateDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setTextElideMode(Qt::ElideMiddle); // browsers and releases begin alike
    values_ = new RestColumn(*list_, BreakdownModel::ValueColumn, 26);
    list_->setAccessibleName(tr("Conversion by value"));
    list_->horizontalHeader()->setSortIndicator(BreakdownModel::CasesColumn, Qt::DescendingOrder);
    const JourneyWords words = JourneyWords::of(shared);
    field_->setToolTip(tr("The field whose values the %1 are divided by").arg(words.several));
    field_->setField("resource.service.version");
    attribution_->setAccessibleName(shared.isOfOrders() ? tr("Which trace of an order the value is of") : tr("Which trace of a case the value is of"));
    attribution_->setMaximumWidth(measure::kWidestBox);
    attribution_->setToolTip(plainToolTip((shared.isOfOrders() ? tr("An order") : tr("A case")) + tr(" has several traces, and their values may differ: the first one that has a value, the last one, or the one that came to a stage")));
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(field_);
    bar->addWidget(attribution_);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    setEmptyState(list_);
    setTabOrder(field_, attribution_);
    setTabOrder(attribution_, list_);
    fillAttributions();
    connect(field_, &FieldBox::fieldChanged, this, [this] {
        isChosen_ = true;
        refresh();
    });
    connect(attribution_, &QComboBox::activated, this, [this](int index) {
        wanted_ = attribution_->itemData(index).toString();
        refresh();
    });
    connect(list_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (index.column() == BreakdownModel::ValueColumn)
            filterTo(index, false);
        else
            list(model_->groupNumber(index.row()), model_->filterOf(index.column()));
    });
    connect(list_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, model_, &BreakdownModel::sort);
    connect(list_, &QWidget::customContextMenuRequested, this, &BreakdownView::openMenu);
    list_->installEventFilter(this);
    refresh();
}

void BreakdownView::fillAttributions() {
    attribution_->clear();
    attribution_->addItem(context().isOfOrders() ? tr("First value of an order") : tr("First value of a case"), QString());
    attribution_->addItem(context().isOfOrders() ? tr("Last value of an order") : tr("Last value of a case"), QStringLiteral("last"));
    for (const FunnelStage& stage : journey()->everything.stages)
        attribution_->addItem(tr("Value at %1").arg(singleLine(toQString(stage.name))), QString(kAt + toQString(stage.name)));
    attribution_->setCurrentIndex(std::max(0, attribution_->findData(wanted_)));
}

QString BreakdownView::lacks() const { return field_->field().empty() ? tr("Choose a field whose values the %1 are divided by.").arg(JourneyWords::of(context()).several) : QString(); }

void BreakdownView::count() {
    fillAttributions();
    Attribution attribution;
    if (const int index = attribution_->currentIndex(); index == 1)
        attribution.of = Attribution::Of::Last;
    else if (index > 1)
        attribution = {Attribution::Of::Stage, static_cast<size_t>(index - 2)};
    const auto usualOf = isChosen_ || usualOf_ == journey() ? nullptr : journey();
    work<FunnelBreakdown>([asked = context().queryContext(), field = field_->field(), attribution, usualOf](const JourneyState& state, const std::vector<bool>& only, const StopToken& stop) {
                              return funnelBreakdown(asked, state, only, usualOf ? usualField(asked, state, state.counted, stop) : field, attribution, stop);
                          },
                          [this, usualOf](FunnelBreakdown found) {
                              if (usualOf && !isChosen_) {
                                  usualOf_ = usualOf;
                                  const QSignalBlocker quiet(field_); // nobody has chosen it
                                  field_->setField(found.field);
                              }
                              const bool isNew = model_->columnCount() == 0 || found.all.funnel.stages.size() != model_->content().all.funnel.stages.size();
                              model_->setContent(std::move(found));
                              auto* header = list_->horizontalHeader();
                              model_->sort(header->sortIndicatorSection(), header->sortIndicatorOrder());
                              if (isNew) {
                                  const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
                                  header->resizeSection(BreakdownModel::CasesColumn, 9 * digit);
                                  header->resizeSection(BreakdownModel::ConvertedColumn, 11 * digit);
                                  header->resizeSection(BreakdownModel::ConversionColumn, 28 * digit);
                                  for (int c = BreakdownModel::FirstStageColumn; c < model_->columnCount(); ++c)
                                      header->resizeSection(c, 13 * digit);
                              }
                              values_->fit();
                              const FunnelGroup& all = model_->content().all;
                              const QString words = tr("All: %1 of %2 %4, %3").arg(toQString(formatCount(all.funnel.converted)), toQString(formatCount(all.entered())), toQString(formatPercent(all.rate())), JourneyWords::of(context()).converted);
                              const bool isOne = model_->content().groups.size() == 1;
                              words_->setText(isOne ? words + tr(". They all have the same value there: choose the value at another stage, or another field") : words);
                          });
}

void BreakdownView::clear() {
    model_->setContent({});
    words_->setText({});
}

QJsonObject BreakdownView::settings() const { return {{QStringLiteral("by"), toQString(field_->field())}, {QStringLiteral("value"), wanted_}}; }

void BreakdownView::applySettings(const QJsonObject& settings) {
    if (const QJsonValue value = settings[QStringLiteral("value")]; value.isString())
        wanted_ = value.toString();
    if (const QJsonValue by = settings[QStringLiteral("by")]; by.isString() && (by.toString().isEmpty() || fieldOf(by.toString().toStdString()))) {
        isChosen_ = true;
        field_->setField(by.toString().toStdString());
    }
    refresh();
}

QString BreakdownView::statusText() const { return isEmpty() ? QString() : toQString(counted(model_->content().groups.size(), "value", "values")); }
std::unique_ptr<Tabular> BreakdownView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(model_->content(), context().journey()->orders != nullptr)); }
void BreakdownView::takeFocus() { list_->setFocus(); }

void BreakdownView::filterTo(const QModelIndex& index, bool excludes) {
    if (!index.isValid())
        return;
    const FunnelGroup& group = model_->groupAt(index.row());
    if (!group.condition.empty())
        selection().setScope(selection().scope().withTraces(group.condition, excludes));
}

void BreakdownView::list(size_t group, const CaseFilter& filter) {
    if (!shownJourney() || group >= model_->content().groups.size())
        return;
    std::string words = model_->wordsOf(model_->content().groups[group]);
    if (filter.which != CaseFilter::Which::All)
        words += ", " + toWords(*shownJourney(), filter);
    listCases(filter, words, [groups = model_->content().ofCase, group](CaseNumber c) { return groups[c] == group; });
}

void BreakdownView::openMenu(QPoint at) {
    const QModelIndex index = list_->indexAt(at);
    if (!index.isValid())
        return;
    const size_t number = model_->groupNumber(index.row());
    const FunnelGroup group = model_->groupAt(index.row()); // the rows may be others while the menu is open
    QMenu menu(this);
    using Which = CaseFilter::Which;
    const auto addList = [&](QMenu* to, const QString& words, uint64_t count, const CaseFilter& filter) {
        QAction* action = to->addAction(words);
        action->setEnabled(count > 0);
        connect(action, &QAction::triggered, this, [this, number, filter, journey = shownJourney(), label = group.label] {
            if (journey == shownJourney() && number < model_->content().groups.size() && model_->content().groups[number].label == label)
                list(number, filter);
        });
    };
    addList(&menu, tr("List its %1 %2").arg(toQString(formatCount(group.funnel.cases)), JourneyWords::of(context()).several), group.funnel.cases, {});
    addList(&menu, tr("List the %1 that entered").arg(toQString(formatCount(group.entered()))), group.entered(), {.which = Which::Entered});
    addList(&menu, tr("List the %1 that %2").arg(toQString(formatCount(group.funnel.converted)), JourneyWords::of(context()).converted), group.funnel.converted, {.which = Which::Outcome, .outcome = CaseOutcome::Converted});
    QMenu* reached = menu.addMenu(tr("List those that reached"));
    QMenu* stopped = menu.addMenu(tr("List those that stopped at"));
    for (size_t k = 0; k < group.funnel.stages.size(); ++k) {
        const FunnelStage& stage = group.funnel.stages[k];
        const QString name = menuText(toQString(stage.name)) + QStringLiteral(": ");
        addList(reached, name + toQString(formatCount(stage.reached)), stage.reached, {.which = Which::Reached, .stage = k});
        addList(stopped, name + toQString(formatCount(stage.dropped)), stage.dropped, {.which = Which::StoppedAt, .stage = k});
    }
    if (!group.condition.empty()) {
        menu.addSeparator();
        connect(menu.addAction(tr("Filter to this value\tEnter")), &QAction::triggered, this, [this, condition = group.condition] { selection().setScope(selection().scope().withTraces(condition, false)); });
        connect(menu.addAction(tr("Leave this value out\tShift+Enter")), &QAction::triggered, this, [this, condition = group.condition] { selection().setScope(selection().scope().withTraces(condition, true)); });
    }
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool BreakdownView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            filterTo(list_->currentIndex(), (key->modifiers() & Qt::ShiftModifier) != 0);
            return true;
        }
        if (key->key() == Qt::Key_L && list_->currentIndex().isValid()) {
            list(model_->groupNumber(list_->currentIndex().row()), model_->filterOf(list_->currentIndex().column()));
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

QSize BreakdownView::pictureSize(int tallest) const { return isEmpty() ? QSize() : listPictureSize(*list_, tallest); }
void BreakdownView::paintPicture(QPainter& painter, QSize size) const { paintListPicture(painter, *list_, size, context().exporter().redactor()); }

} // namespace aisle
