#include "orders/order_view.h"

#include "funnel/journey_page.h"
#include "orders/order_delegate.h"
#include "orders/order_model.h"
#include "orders/order_pdf.h"
#include "orders/order_words.h"
#include "story/order_document.h"
#include "theme/theme.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QToolButton>

namespace aisle {

namespace {
constexpr size_t kMostHits = 50;
}

OrderView::OrderView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), text_(new QLineEdit(this)), sentences_(new QToolButton(this)), reveal_(new QToolButton(this)), export_(new QToolButton(this)), exports_(new QMenu(tr("Export"), this)), hits_(new QListWidget(this)), title_(plainLabel({}, this)), headline_(plainLabel({}, this)), figures_(plainLabel({}, this)), notes_(plainLabel({}, this)), list_(new QListView(this)),
      empty_(new EmptyState(list_)), model_(new OrderModel(this)), words_(new OrderWords(shared, this)) {
    setAccessibleName(tr("One order"));
    text_->setPlaceholderText(tr("Order number, session, user, e-mail or tracking number"));
    text_->setAccessibleName(tr("Find an order"));
    text_->setClearButtonEnabled(true);
    text_->installEventFilter(this);
    reveal_->setText(tr("Reveal"));
    reveal_->setCheckable(true);
    reveal_->setToolTip(tr("Show personal data here, and let it go along with what is copied or exported, until this window is closed"));
    sentences_->setText(QStringLiteral("\u22ef")); // in words it would leave no room to search in
    sentences_->setToolTip(tr("The sentences that orders are told in: to change or translate them"));
    sentences_->setAccessibleName(tr("Sentences"));
    sentences_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(sentences_);
    words_->fill(*menu);
    sentences_->setMenu(menu);
    export_->setText(tr("Export"));
    export_->setToolTip(tr("This page as PDF, web page, Markdown or JSON, or the traces of the order"));
    export_->setPopupMode(QToolButton::InstantPopup);
    export_->setMenu(exports_);
    fillExports();
    hits_->setAccessibleName(tr("Orders that were found"));
    hits_->setFrameShape(QFrame::NoFrame);
    hits_->setUniformItemSizes(true);
    hits_->setTextElideMode(Qt::ElideMiddle); // by what it was found stands at its end
    hits_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    hits_->hide();
    QFont heavy = theme().titleFont;
    heavy.setWeight(QFont::DemiBold);
    title_->setFont(heavy);
    for (QLabel* label : {title_, headline_, figures_, notes_}) {
        label->setWordWrap(true);
        label->setContentsMargins(measure::kPadding, 0, measure::kPadding, 0);
    }
    figures_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kPadding, 4, measure::kPadding, measure::kPadding);
    list_->setModel(model_);
    list_->setItemDelegate(new OrderDelegate(*model_, list_));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setResizeMode(QListView::Adjust);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("What happened to the order"));
    list_->installEventFilter(this);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(text_, 1);
    bar->addWidget(sentences_);
    bar->addWidget(reveal_);
    bar->addWidget(export_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(hits_);
    box->addWidget(title_);
    box->addWidget(headline_);
    box->addWidget(figures_);
    box->addSpacing(4);
    box->addWidget(list_, 3);
    box->addWidget(notes_);
    setTabOrder(text_, sentences_);
    setTabOrder(sentences_, reveal_);
    setTabOrder(reveal_, export_);
    setTabOrder(export_, list_);
    connect(text_, &QLineEdit::textChanged, this, &OrderView::find);
    connect(hits_, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(hits_->row(item)); });
    connect(hits_, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { choose(hits_->row(item)); });
    connect(reveal_, &QToolButton::clicked, this, [this](bool reveals) { Q_EMIT context().revealRequested(reveals); });
    connect(words_, &OrderWords::changed, this, &OrderView::tellAgain);
    connect(words_, &OrderWords::said, this, [this](const QString& problem) {
        ofWords_ = problem;
        showNotes(); // what is open in the page, and where one is in it, stays
    });
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (model_->placeOf(index.row()).detail < 0)
            model_->toggle(index.row());
        else
            openDetail(index.row(), false);
    });
    connect(list_, &QListView::doubleClicked, this, [this](const QModelIndex& index) { openDetail(index.row(), true); });
    connect(list_, &QWidget::customContextMenuRequested, this, &OrderView::openMenu);
    connect(empty_, &EmptyState::buttonClicked, this, [this] { Q_EMIT context().openRequested(); });
    const auto refresh = [this] { whenSeen([this] { follow(); }); };
    connect(&context(), &ViewContext::journeyChanged, this, refresh);
    connect(&context(), &ViewContext::timeZoneChanged, this, &OrderView::show);
    connect(&context(), &ViewContext::maskingChanged, this, [this] {
        show();
        findAgain();
    });
    connect(&selection(), &SelectionModel::focusChanged, this, refresh);
    refresh();
}

/// The order in focus, or that what is in focus belongs to; otherwise the one on show stays, unless nothing is in focus.
void OrderView::follow() {
    const auto journey = context().journey();
    if (askedOf_ != journey) {
        askedOf_ = journey;
        worker_.cancel(); // one may be told that is of the cases before
        told_.reset();
        asked_ = chosen_ = kNoCase;
        problem_.clear();
        findAgain();
    }
    if (journey->table != context().table() || !context().orderLog()) {
        worker_.cancel();
        show();
        return;
    }
    if (selection().focus().kind == Focus::Kind::None && asked_ != kNoCase) {
        worker_.cancel();
        told_.reset();
        asked_ = kNoCase;
        askedName_.clear();
        problem_.clear();
        forgetSearch();
        show();
        return;
    }
    const CaseNumber order = caseInFocus(*journey, selection().focus());
    if (order != kNoCase && order != asked_)
        tell(order);
    else if (!told_) // what is on show stays as it is, with what is open in it
        show();
}

/// The text of the search says nothing of what is on show now.
void OrderView::forgetSearch() {
    chosen_ = kNoCase;
    text_->clear();
}

void OrderView::tell(CaseNumber order) {
    const std::string name = context().journey()->cases().cases()[order].value;
    if (name != askedName_ && order != chosen_) // told again, in other sentences or of another flow, it stays beside what is being searched for
        forgetSearch();
    asked_ = order;
    askedName_ = name;
    problem_.clear();
    worker_.run<std::shared_ptr<const Told>>(
        [workspace = context().workspace(), state = context().journey(), log = context().orderLog(), words = words_->words(), order](const StopToken& stop) {
            const auto db = workspace->connect();
            return std::make_shared<const Told>(Told{state, words, orderStory(db.get(), *state, *log, order, *words, stop)});
        },
        [this](std::shared_ptr<const Told> told) {
            told_ = std::move(told);
            show();
        },
        [this](const QString& problem) {
            told_.reset();
            problem_ = problem;
            show();
        });
}

/// In other sentences.
void OrderView::tellAgain() {
    if (asked_ != kNoCase && askedOf_ == context().journey() && context().orderLog() && context().workspace())
        tell(asked_);
}

void OrderView::show() {
    reveal_->setChecked(!context().masks());
    reveal_->setText(context().masks() ? tr("Reveal") : tr("Mask"));
    OrderPage page;
    if (told_)
        page = orderPage(told_->story, *told_->state->table, *told_->words, context().exporter().redactor(), context().masks(), context().timeZone());
    title_->setText(toQString(page.title));
    headline_->setText(toQString(page.headline));
    QStringList figures;
    for (const OrderPage::Figure& figure : page.figures)
        figures << toQString(figure.label) + QLatin1Char(' ') + toQString(figure.value);
    figures_->setText(figures.join(QStringLiteral("  ·  ")));
    for (QLabel* label : {title_, headline_, figures_})
        label->setVisible(!label->text().isEmpty());
    model_->setPage(std::move(page), context().timeZone());
    showNotes();
    showEmpty();
    Q_EMIT statusTextChanged();
}

void OrderView::showNotes() {
    QStringList notes;
    for (const std::string& note : model_->page().notes)
        notes << toQString(note);
    if (!ofWords_.isEmpty())
        notes << ofWords_;
    notes_->setText(notes.join(QLatin1Char(' ')));
    notes_->setVisible(!notes.isEmpty());
}

void OrderView::showEmpty() {
    text_->setEnabled(context().orderLog() != nullptr);
    reveal_->setEnabled(told_ != nullptr);
    export_->setEnabled(told_ != nullptr);
    const JourneyState& journey = *context().journey();
    if (told_)
        empty_->hideState();
    else if (context().table()->isEmpty())
        empty_->show(tr("One order"), tr("What happened to an order, in plain words. Open a trace file or a workspace to see it."), tr("Open a file..."));
    else if (context().isProvisional())
        empty_->show(tr("The import goes on"), tr("Orders are put together when all spans are there."));
    else if (!problem_.isEmpty())
        empty_->show(tr("This order could not be read"), problem_);
    else if (!journey.problem.empty())
        empty_->show(tr("No orders in this file"), toQString(journey.problem));
    else if (journey.table != context().table() || !context().orderLog() || worker_.isBusy())
        empty_->show(tr("Looking"), tr("The traces of each order are being put together."));
    else
        empty_->show(tr("Choose an order"), tr("Find one by what is known of it, or choose it in a list or a chart."));
}

void OrderView::find() {
    const std::string text = text_->text().trimmed().toStdString();
    if (text.empty() || !context().orderLog()) {
        searchWorker_.cancel();
        found_.clear();
        hits_->hide();
        return;
    }
    struct Found {
        std::shared_ptr<const OrderSearch> search;
        OrderHits hits;
    };
    const auto journey = context().journey();
    searchWorker_.run<Found>(
        [text, journey, known = searchOf_ == journey ? search_ : nullptr, cases = context().queryContext().cases](const StopToken& stop) {
            Found out;
            out.search = known ? known : std::make_shared<const OrderSearch>(*cases, journey->index, stop);
            out.hits = out.search->find(text, kMostHits, stop);
            return out;
        },
        [this, journey](const Found& found) {
            if (journey != context().journey())
                return;
            searchOf_ = journey;
            search_ = found.search;
            showHits(found.hits);
        },
        [this](const QString& problem) {
            found_.clear();
            hits_->clear();
            hits_->addItem(problem);
            fitHits();
            hits_->show();
        });
}

/// What was found and is on show, of other cases or for another redactor.
void OrderView::findAgain() {
    if (!hits_->isHidden())
        find();
}

void OrderView::showHits(const OrderHits& found) {
    hits_->clear();
    found_.clear();
    const Redactor& redactor = context().exporter().redactor();
    const auto& cases = search_->orders()->cases();
    for (const OrderHit& hit : found.hits) {
        OrderHit shown = hit;
        shown.value = redactor.redact(hit.attribute, hit.value);
        const std::string order = redactor.redact(search_->orders()->attribute(), cases[hit.order].value);
        hits_->addItem(singleLine(toQString(order + "  \xc2\xb7  " + sentenceOf(shown))));
        found_.push_back(hit.order);
    }
    if (found.hits.empty())
        hits_->addItem(tr("No order is known by that, nor by something like it."));
    else if (found.isCut)
        hits_->addItem(tr("There are more; type more of it."));
    hits_->setCurrentRow(found_.empty() ? -1 : 0);
    for (int row = 0; row < hits_->count(); ++row)
        hits_->item(row)->setToolTip(plainToolTip(hits_->item(row)->text())); // it may be cut
    fitHits();
    hits_->show();
}

/// Whole rows, as many as there are, but no more than leave room for the page.
void OrderView::fitHits() {
    constexpr int kMost = 8;
    const int row = std::max(1, hits_->sizeHintForRow(0)), frame = 2 * hits_->frameWidth();
    hits_->setFixedHeight(std::clamp(height() / 2 / row, 1, std::clamp(hits_->count(), 1, kMost)) * row + frame);
}

void OrderView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    fitHits();
}

void OrderView::choose(int hit) {
    if (hit < 0 || static_cast<size_t>(hit) >= found_.size() || searchOf_ != context().journey())
        return;
    const std::string value = searchOf_->cases().cases()[found_[static_cast<size_t>(hit)]].value;
    hits_->hide();
    chosen_ = found_[static_cast<size_t>(hit)];
    selection().setFocus(Focus::onCase(value));
    list_->setFocus();
}

void OrderView::openDetail(int row, bool isOpened) {
    if (model_->detail(row) == nullptr)
        return;
    const OrderModel::Place at = model_->placeOf(row);
    focusBehind(at.line, static_cast<size_t>(at.detail), isOpened);
}

void OrderView::focusBehind(size_t line, size_t number, bool isOpened) {
    if (!told_ || told_->state->table != context().table())
        return;
    // Traces come first, and lines are sentences.
    const StorySentence& sentence = told_->story.sentences[line];
    const SpanTable& table = *told_->state->table;
    selection().setFocus(number < sentence.traces.size() ? Focus::onTrace(table.traceId(sentence.traces[number])) : Focus::onSpan(table, sentence.rows[number - sentence.traces.size()]));
    if (isOpened)
        Q_EMIT context().traceRequested();
}

bool OrderView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return View::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (watched == text_ && hits_->isVisible()) {
        switch (key) {
        case Qt::Key_Down:
        case Qt::Key_Up: hits_->setCurrentRow(std::clamp(hits_->currentRow() + (key == Qt::Key_Down ? 1 : -1), 0, std::max(0, static_cast<int>(found_.size()) - 1))); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!searchWorker_.isBusy()) // else they are of what was typed before
                choose(hits_->currentRow());
            return true;
        case Qt::Key_Escape: text_->clear(); return true;
        default: break;
        }
    }
    if (watched == text_ && hits_->isHidden() && (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) && !text_->text().trimmed().isEmpty()) {
        if (!searchWorker_.isBusy()) // what is typed is searched for already, which may be putting the index together
            find();                  // the other ones that were found
        return true;
    }
    if (watched == list_ && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) && list_->currentIndex().isValid()) {
        const int row = list_->currentIndex().row();
        if (model_->placeOf(row).detail < 0)
            model_->toggle(row);
        else
            openDetail(row, key != Qt::Key_Space);
        return true;
    }
    return View::eventFilter(watched, event);
}

void OrderView::fillExports() {
    exports_->setToolTipsVisible(true);
    const auto add = [this](const QString& words, const QString& help, const std::function<void()>& act) {
        QAction* action = exports_->addAction(words);
        action->setToolTip(help);
        connect(action, &QAction::triggered, this, act);
    };
    const auto addDocument = [&](const QString& words, const QString& help, const QString& suffix) { add(words, help, [this, suffix] { Q_EMIT documentWanted(suffix); }); };
    addDocument(tr("&PDF, one page..."), tr("The page on paper"), QStringLiteral("pdf"));
    addDocument(tr("&Web page..."), tr("HTML that needs nothing else, with the technical detail folded"), QStringLiteral("html"));
    addDocument(tr("&Markdown..."), tr("For a ticket"), QStringLiteral("md"));
    addDocument(tr("&JSON..."), tr("The page as data, with the technical detail"), QStringLiteral("json"));
    add(tr("Its &traces as OTLP JSON..."), tr("The spans of all traces of the order, for other tools; the dialog has other formats"), [this] { exportTraces(); });
    exports_->addSeparator();
    add(tr("&Copy as Markdown"), tr("To the clipboard, for a ticket"), [this] { copyMarkdown(); });
}

void OrderView::exportTraces() {
    if (!told_ || told_->state->table != context().table())
        return;
    const SpanTable& table = *told_->state->table;
    const CaseIndex::Case& order = told_->state->cases().cases()[told_->story.number];
    auto spans = std::make_shared<ScopeResult>();
    spans->everything = false;
    spans->spans = RowSet(table);
    spans->traces = BitSet(table.traceSlots());
    for (const TraceIndex trace : order.traces) {
        spans->traces.set(trace);
        for (const Row row : table.rowsOf(trace))
            if (!table.isHidden(row))
                spans->spans.set(row);
    }
    spans->spanCount = spans->spans.count();
    spans->traceCount = spans->traces.count();
    Q_EMIT spansWanted(spans, title_->text());
}

void OrderView::copyMarkdown() const {
    for (const ViewDocument& document : documents())
        if (document.suffix == QStringLiteral("md"))
            context().exporter().toClipboard(document.render(context().exporter().redactor()));
}

void OrderView::openMenu(QPoint at) {
    if (!told_)
        return;
    // Asked for by a key it may be beside the rows.
    const QModelIndex under = list_->indexAt(at), index = under.isValid() ? under : list_->currentIndex();
    QMenu menu(this);
    if (index.isValid()) {
        const int row = index.row();
        const OrderModel::Place place = model_->placeOf(row);
        const auto& lines = model_->page().lines;
        const bool isSentence = place.detail < 0, hasDetail = !lines[place.line].details.empty();
        // Another page may come while the menu is open.
        const auto unlessGone = [this, told = told_, count = model_->rowCount()](auto act) {
            return [this, told, count, act] {
                if (told == told_ && count == model_->rowCount())
                    act();
            };
        };
        QAction* copy = menu.addAction(isSentence ? tr("Copy the sentence") : tr("Copy the detail"));
        copy->setEnabled(isSentence || model_->detail(row) != nullptr); // how many more there are is none
        connect(copy, &QAction::triggered, this,
                [this, words = index.data(Qt::DisplayRole).toString().toStdString(), isSentence] { context().exporter().toClipboard(context().exporter().render(isSentence ? "sentence" : "detail", words)); });
        if (isSentence) {
            QAction* detail = menu.addAction(index.data(OrderModel::OpenRole).toBool() ? tr("Hide the technical detail\tSpace") : tr("Show the technical detail\tSpace"));
            detail->setEnabled(hasDetail);
            connect(detail, &QAction::triggered, this, unlessGone([this, row] { model_->toggle(row); }));
        }
        QAction* waterfall = menu.addAction(isSentence ? tr("Show its trace in the waterfall") : tr("Show it in the waterfall\tEnter"));
        waterfall->setEnabled(isSentence ? hasDetail : model_->detail(row) != nullptr);
        connect(waterfall, &QAction::triggered, this, unlessGone([this, row, place, isSentence] {
                    if (isSentence)
                        focusBehind(place.line, 0, true);
                    else
                        openDetail(row, true);
                }));
        menu.addSeparator();
    }
    menu.addMenu(exports_);
    menu.exec(list_->viewport()->mapToGlobal(under.isValid() || !index.isValid() ? at : list_->visualRect(index).center()));
}

void OrderView::takeFocus() {
    if (told_)
        list_->setFocus();
    else
        text_->setFocus();
}

void OrderView::openSearch() {
    text_->setFocus();
    text_->selectAll();
}

QString OrderView::statusText() const { return told_ ? singleLine(title_->text()) : QString(); }

std::unique_ptr<Tabular> OrderView::tabular() const {
    if (!told_)
        return nullptr;
    auto out = std::make_unique<Tabular>();
    out->columns = {{"time", "Time"}, {"kind", "What"}, {"sentence", "Sentence"}};
    for (const OrderPage::Line& line : model_->page().lines) // has passed the redactor already; what is masked stays so
        out->rows.push_back({line.time ? Cell::time(*line.time, context().timeZone().utc) : Cell(), Cell(line.label), Cell(line.text)});
    return out;
}

std::vector<ViewDocument> OrderView::documents() const {
    if (!told_)
        return {};
    const auto page = [told = told_, masks = context().masks(), zone = context().timeZone()](const Redactor& redactor) { return orderPage(told->story, *told->state->table, *told->words, redactor, masks, zone); };
    const auto document = [&](const QString& name, const QString& suffix, OrderForm form) {
        return ViewDocument{name, suffix, [page, form, zone = context().timeZone()](const Redactor& redactor) { return orderDocument(page(redactor), form, form == OrderForm::Json, zone); }};
    };
    return {ViewDocument{tr("One page"), QStringLiteral("pdf"), [page, zone = context().timeZone()](const Redactor& redactor) { return orderPdf(page(redactor), false, zone); }},
            document(tr("Web page"), QStringLiteral("html"), OrderForm::Html), document(tr("Markdown for a ticket"), QStringLiteral("md"), OrderForm::Markdown), document(tr("JSON"), QStringLiteral("json"), OrderForm::Json), document(tr("Text"), QStringLiteral("txt"), OrderForm::Text)};
}

} // namespace aisle
