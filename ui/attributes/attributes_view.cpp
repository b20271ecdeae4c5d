#include "attributes/attributes_view.h"

#include "query/field_condition.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTreeView>

namespace aisle {

AttributesView::AttributesView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), model_(new AttributesModel(this)), tree_(new QTreeView(this)), filter_(new QLineEdit(this)), words_(new ElidedLabel(this)) {
    setAccessibleName(tr("Attributes"));
    tree_->setModel(model_);
    tree_->setItemDelegate(new ListDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, tree_));
    tree_->setUniformRowHeights(true);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setContextMenuPolicy(Qt::CustomContextMenu);
    tree_->setAccessibleName(tr("Attributes and their values"));
    tree_->setExpandsOnDoubleClick(false);
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(AttributesModel::NameColumn, QHeaderView::Stretch);
    for (int c = AttributesModel::SelectedColumn; c < AttributesModel::ColumnTotal; ++c)
        tree_->header()->resizeSection(c, 12 * digit);
    filter_->setPlaceholderText(tr("Filter attributes"));
    filter_->setAccessibleName(tr("Filter attributes"));
    filter_->setClearButtonEnabled(true);
    filter_->setMaximumWidth(260);
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(filter_, 1);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(tree_, 1);
    empty_ = new EmptyState(tree_);
    connect(&context(), &ViewContext::scopeSettled, this, &AttributesView::refresh);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            selection().setScope({});
    });
    connect(tree_, &QTreeView::expanded, this, &AttributesView::read);
    connect(tree_, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        if (const traceql::Field* field = model_->fieldAt(index))
            std::erase(open_, *field);
    });
    connect(tree_, &QTreeView::doubleClicked, this, [this](const QModelIndex& index) {
        if (model_->keyOf(index) >= 0)
            tree_->setExpanded(index.siblingAtColumn(0), !tree_->isExpanded(index.siblingAtColumn(0)));
        else
            filterTo(index, false);
    });
    connect(tree_, &QWidget::customContextMenuRequested, this, &AttributesView::openMenu);
    connect(filter_, &QLineEdit::textChanged, this, &AttributesView::filter);
    tree_->installEventFilter(this);
    refresh();
}

void AttributesView::refresh() {
    whenSeen([this] { count(); });
}

void AttributesView::count() {
    valueWorker_.cancel();
    toRead_.clear();
    if (context().table()->isEmpty()) {
        keyWorker_.cancel();
        model_->setKeys({});
        showWords();
        return;
    }
    const auto scope = context().scopeResult();
    keyWorker_.run<AttributeKeys>(
        [asked = context().queryContext(), scope](const StopToken& stop) { return attributeKeys(asked, *scope, stop); },
        [this, scope, asked = context().queryContext()](AttributeKeys keys) {
            setShownScope(scope);
            counted_ = asked;
            valueWorker_.cancel();
            toRead_.clear();
            const auto open = open_;
            model_->setKeys(std::move(keys));
            open_.clear();
            for (int k = 0; k < model_->rowCount(); ++k)
                if (std::find(open.begin(), open.end(), model_->keys().keys[static_cast<size_t>(k)].field) != open.end())
                    tree_->expand(model_->index(k, 0));
            filter();
            showWords();
        },
        [this](const QString& problem) {
            model_->setKeys({});
            showWords();
            empty_->show(tr("The attributes could not be counted"), problem);
        });
}

void AttributesView::read(const QModelIndex& index) {
    const int key = model_->keyOf(index);
    if (key < 0)
        return;
    const traceql::Field field = model_->keys().keys[static_cast<size_t>(key)].field;
    if (std::find(open_.begin(), open_.end(), field) == open_.end())
        open_.push_back(field);
    if (model_->isRead(key))
        return;
    toRead_.push_back(field);
    readNext();
}

void AttributesView::readNext() {
    if (valueWorker_.isBusy() || toRead_.empty() || !shownScope())
        return;
    const traceql::Field field = toRead_.back();
    toRead_.pop_back();
    valueWorker_.run<AttributeValues>(
        [asked = counted_, scope = shownScope(), field](const StopToken& stop) { return attributeValues(asked, *scope, field, stop); },
        [this, field](AttributeValues values) {
            model_->setValues(field, std::move(values));
            readNext();
        },
        [this](const QString& problem) {
            words_->setText(problem);
            readNext();
        });
}

void AttributesView::filter() {
    const std::string wanted = filter_->text().trimmed().toLower().toStdString();
    for (int k = 0; k < model_->rowCount(); ++k)
        tree_->setRowHidden(k, {}, !wanted.empty() && toQString(fieldWords(model_->keys().keys[static_cast<size_t>(k)].field)).toLower().toStdString().find(wanted) == std::string::npos);
}

void AttributesView::filterTo(const QModelIndex& index, bool excludes) {
    const std::string condition = model_->conditionAt(index);
    if (!condition.empty())
        selection().setScope(selection().scope().narrowed(excludes ? traceql::excluding(condition) : condition));
}

void AttributesView::openMenu(const QPoint& at) {
    const QModelIndex index = tree_->indexAt(at);
    if (model_->conditionAt(index).empty())
        return;
    const QPersistentModelIndex kept(index);
    QMenu menu(this);
    const bool isKey = model_->keyOf(index) >= 0;
    connect(menu.addAction(isKey ? tr("Filter to spans that have it\tShift+Enter") : tr("Filter to spans with this value\tEnter")), &QAction::triggered, this, [this, kept] { filterTo(kept, false); });
    connect(menu.addAction(isKey ? tr("Leave out spans that have it\tAlt+Enter") : tr("Leave out spans with this value\tAlt+Enter")), &QAction::triggered, this, [this, kept] { filterTo(kept, true); });
    menu.exec(tree_->viewport()->mapToGlobal(at));
}

void AttributesView::showWords() {
    const AttributeKeys& keys = model_->keys();
    if (keys.keys.empty()) {
        words_->setText({});
        empty_->show(tr("Attributes"), tr("What the selected spans have in common: every attribute and its values, counted in the selection and in the rest."),
                     context().table()->isEmpty() ? tr("Open a file...") : QString());
    } else if (keys.selected == 0) {
        words_->setText({});
        empty_->show(tr("No span in this scope"), tr("Nothing matches every part of the scope above."), tr("Clear the scope"));
    } else {
        empty_->hideState();
        words_->setText(tr("%1 of %2").arg(toQString(counted(keys.keys.size(), "attribute", "attributes")), toQString(counted(keys.selected, "selected span", "selected spans"))));
    }
    Q_EMIT statusTextChanged();
}

bool AttributesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == tree_ && event->type() == QEvent::KeyPress) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        const QModelIndex now = tree_->currentIndex();
        if ((key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) && now.isValid()) {
            const bool excludes = (key.modifiers() & Qt::AltModifier) != 0;
            if (model_->keyOf(now) >= 0 && !excludes && (key.modifiers() & Qt::ShiftModifier) == 0)
                tree_->setExpanded(now.siblingAtColumn(0), !tree_->isExpanded(now.siblingAtColumn(0)));
            else
                filterTo(now, excludes);
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

QString AttributesView::statusText() const { return words_->text(); }
void AttributesView::takeFocus() { tree_->setFocus(); }

/// The attributes, and the values of those that are open.
std::unique_ptr<Tabular> AttributesView::tabular() const {
    if (model_->keys().keys.empty())
        return nullptr;
    auto out = std::make_unique<Tabular>();
    out->columns = {{"attribute", "Attribute"}, {"value", "Value"}, {"selected", "Selected spans", true}, {"others", "Other spans", true}};
    const Redactor& redactor = context().exporter().redactor();
    for (int k = 0; k < model_->rowCount(); ++k) {
        const auto& key = model_->keys().keys[static_cast<size_t>(k)];
        out->rows.push_back({Cell(traceql::toText(key.field)), Cell(), Cell::count(key.selected), Cell::count(key.others)});
        const QModelIndex index = model_->index(k, 0);
        for (int v = 0; v < model_->rowCount(index); ++v)
            if (const AttributeCounts::Value* value = model_->valueAt(model_->index(v, 0, index)))
                out->rows.push_back({Cell(traceql::toText(key.field)), Cell(redactor.redact(key.field.name, value->text)), Cell::count(value->selected), Cell::count(value->others)});
    }
    return out;
}

} // namespace aisle
