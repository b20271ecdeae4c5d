#include "differences/differences_view.h"

#include "charts/baseline_box.h"
#include "differences/differences_model.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QTableView>
#include <QToolButton>

#include <array>

namespace aisle {

namespace {

/// The interval as a bar about zero, with a mark at the difference itself; grey where it may be chance.
class DifferenceDelegate : public ListDelegate {
public:
    using ListDelegate::ListDelegate;
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QVariant interval = index.data(DifferencesModel::IntervalRole);
        if (!interval.isValid()) {
            ListDelegate::paint(p, option, index);
            return;
        }
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        item.text.clear();
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, p, item.widget);
        const QList<QVariant> values = interval.toList();
        const double low = values[0].toDouble(), middle = values[1].toDouble(), high = values[2].toDouble();
        const QRectF room = QRectF(option.rect).adjusted(8, 0, -8, 0);
        const auto at = [&](double share) { return room.left() + (std::clamp(share, -1.0, 1.0) + 1) / 2 * room.width(); };
        p->fillRect(QRectF(at(0), room.top() + 2, 1, room.height() - 4), theme().line);
        const bool isClear = low > 0 || high < 0;
        QColor colour = isClear ? theme().text : theme().mutedText;
        colour.setAlphaF(isClear ? 0.55F : 0.30F);
        p->fillRect(QRectF(at(low), room.center().y() - 3, std::max(1.0, at(high) - at(low)), 7), colour);
        p->fillRect(QRectF(at(middle) - 1, room.center().y() - 6, 2, 13), isClear ? theme().text : theme().mutedText);
    }
};

} // namespace

DifferencesView::DifferencesView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), model_(new DifferencesModel(this)), list_(new QTableView(this)), baselines_(new BaselineBox(shared, this)), onlySpans_(new QToolButton(this)), words_(new ElidedLabel(this)) {
    setAccessibleName(tr("Differences"));
    list_->setModel(model_);
    list_->setItemDelegate(new DifferenceDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setAccessibleName(tr("What is different about the selection"));
    QHeaderView* header = list_->horizontalHeader();
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    const std::array<int, DifferencesModel::ColumnTotal> widths = {22, 26, 10, 10, 22, 9, 8};
    for (int c = 0; c < DifferencesModel::ColumnTotal; ++c)
        header->resizeSection(c, widths[static_cast<size_t>(c)] * digit);
    header->setSectionResizeMode(DifferencesModel::ValueColumn, QHeaderView::Stretch);
    header->setSectionsClickable(false); // the order is what it is about
    header->setSortIndicator(-1, Qt::AscendingOrder);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(baselines_);
    onlySpans_->setText(tr("Matching spans only"));
    onlySpans_->setCheckable(true);
    onlySpans_->setObjectName(QStringLiteral("toggle"));
    onlySpans_->setToolTip(plainToolTip(tr("Compare the spans that match alone, instead of all spans of the traces that hold one")));
    bar->addWidget(onlySpans_);
    words_->setContentsMargins(0, 0, 0, 0);
    words_->setForegroundRole(QPalette::PlaceholderText);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    empty_ = new EmptyState(list_);

    connect(&context(), &ViewContext::scopeSettled, this, &DifferencesView::refresh);
    connect(baselines_, &BaselineBox::baselineChanged, this, &DifferencesView::refresh);
    connect(onlySpans_, &QToolButton::toggled, this, &DifferencesView::refresh);
    connect(list_, &QWidget::customContextMenuRequested, this, &DifferencesView::openMenu);
    connect(list_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) { filterTo(index.row(), false); });
    connect(&worker_, &Worker::busyChanged, this, &DifferencesView::showWords);
    list_->installEventFilter(this);
    refresh();
}

QJsonObject DifferencesView::settings() const {
    return {{QStringLiteral("baseline"), baselines_->baseline().isEmpty() ? QString() : toQString(baselines_->baseline().toText())}, {QStringLiteral("matching-spans"), onlySpans_->isChecked()}};
}

void DifferencesView::applySettings(const QJsonObject& settings) {
    onlySpans_->setChecked(settings[QStringLiteral("matching-spans")].toBool(onlySpans_->isChecked()));
    const QJsonValue baseline = settings[QStringLiteral("baseline")];
    if (!baseline.isString())
        return;
    traceql::ParseError error;
    const auto scope = baseline.toString().isEmpty() ? Scope() : Scope::parse(baseline.toString().toStdString(), error);
    if (!scope)
        return;
    baselines_->keep(*scope);
}

void DifferencesView::setBaseline(const Scope& baseline) { baselines_->setBaseline(baseline); }

void DifferencesView::refresh() {
    // It takes a second of a large file, and nobody waits for what is not looked at.
    whenSeen([this] { compare(); });
}

void DifferencesView::compare() {
    problem_.clear();
    const auto& scope = context().scopeResult();
    const bool isNothing = context().table()->isEmpty() || scope->spanCount == 0 || (scope->everything && baselines_->baseline().isEmpty());
    if (isNothing) {
        worker_.cancel();
        model_->setContent({});
        showWords();
        return;
    }
    empty_->hideState();
    worker_.run<Differences>(
        [asked = context().queryContext(), scope, baseline = baselines_->baseline(), of = onlySpans_->isChecked() ? DifferencesOf::Spans : DifferencesOf::Traces](const StopToken& stop) {
            return differences(asked, *scope, baseline, of, stop);
        },
        [this](Differences found) {
            model_->setContent(std::move(found));
            showWords();
        },
        [this](const QString& problem) {
            problem_ = problem;
            model_->setContent({});
            showWords();
        });
    showWords();
}

void DifferencesView::showWords() {
    const Differences& found = model_->content();
    if (worker_.isBusy()) {
        words_->setText(tr("Comparing…"));
    } else if (model_->rowCount() > 0) {
        const auto clear = std::count_if(found.found.begin(), found.found.end(), [](const Difference& d) { return d.isClear(); });
        words_->setText(tr("%1 of %2 are different beyond chance; they go together with the selection and need not cause it")
                            .arg(toQString(formatCount(static_cast<uint64_t>(clear))), toQString(counted(found.tested, "value", "values"))));
    } else {
        words_->setText({});
    }
    if (model_->rowCount() > 0 || worker_.isBusy()) {
        empty_->hideState();
    } else if (!problem_.isEmpty()) {
        empty_->show(tr("This could not be compared"), problem_);
    } else if (context().table()->isEmpty()) {
        empty_->show(tr("Differences"), tr("What sets some spans apart from the others, attribute by attribute."));
    } else if (context().scopeResult()->everything) {
        empty_->show(tr("Select something to see what is different about it"), tr("Drag over the strip above, filter to a service, or ask: status = error."));
    } else {
        empty_->show(tr("There is nothing to compare"), tr("The selection and what it is compared with have to hold spans."));
    }
    Q_EMIT statusTextChanged();
}

void DifferencesView::filterTo(int row, bool excludes) {
    if (row >= 0 && row < model_->rowCount())
        filterTo(Difference(model_->content().found[static_cast<size_t>(row)]), excludes);
}

void DifferencesView::filterTo(const Difference& d, bool excludes) {
    selection().setScope(onlySpans_->isChecked() ? selection().scope().narrowed(d.condition(excludes)) : selection().scope().withTraces(d.condition(), excludes));
}

void DifferencesView::openMenu(QPoint at) {
    const QModelIndex index = list_->indexAt(at);
    if (!index.isValid())
        return;
    QMenu menu(this);
    const Difference d = model_->content().found[static_cast<size_t>(index.row())]; // the rows may be others while the menu is open
    connect(menu.addAction(tr("Filter to this value\tEnter")), &QAction::triggered, this, [this, d] { filterTo(d, false); });
    connect(menu.addAction(tr("Leave this value out\tShift+Enter")), &QAction::triggered, this, [this, d] { filterTo(d, true); });
    menu.addSeparator();
    connect(menu.addAction(tr("Copy as a query")), &QAction::triggered, this, [this, d] {
        context().exporter().toClipboard(context().exporter().render(d.field.name, "{ " + d.condition() + " }"));
    });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool DifferencesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            filterTo(list_->currentIndex().row(), (key->modifiers() & Qt::ShiftModifier) != 0);
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

void DifferencesView::takeFocus() { list_->setFocus(); }

QString DifferencesView::statusText() const {
    const Differences& found = model_->content();
    if (model_->rowCount() == 0)
        return {};
    return tr("%1 compared with %2").arg(toQString(counted(found.selected, "trace", "traces")), toQString(counted(found.others, "other", "others")));
}

std::unique_ptr<Tabular> DifferencesView::tabular() const {
    return model_->rowCount() == 0 ? nullptr : std::make_unique<Tabular>(tabulate(model_->content()));
}

QSize DifferencesView::pictureSize(int tallest) const { return model_->rowCount() == 0 ? QSize() : listPictureSize(*list_, tallest); }
void DifferencesView::paintPicture(QPainter& painter, QSize size) const { paintListPicture(painter, *list_, size, context().exporter().redactor()); }

} // namespace aisle
