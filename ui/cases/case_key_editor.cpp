#include "cases/case_key_editor.h"

#include "cases/attribute_lines.h"
#include "cases/case_keys.h"
#include "query/value_counts.h"
#include "query_bar/query_edit.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/undo_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardItemModel>

#include <algorithm>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kMostCompletions = 2000;

bool isSame(const std::string& a, const std::string& b) { return toQString(a).compare(toQString(b), Qt::CaseInsensitive) == 0; }

} // namespace

CaseKeyEditor::CaseKeyEditor(ViewContext& context, const std::string& id, QWidget* parent)
    : QDialog(parent), context_(context), completions_(new QStandardItemModel(this)), which_(new QComboBox(this)), new_(new QPushButton(tr("New"), this)), duplicate_(new QPushButton(tr("Duplicate"), this)),
      remove_(new QPushButton(tr("Delete"), this)), write_(new QPushButton(tr("Write to a file…"), this)), save_(new QPushButton(tr("Save"), this)),
      undo_(new UndoBar(this)), words_(plainLabel({}, this)), title_(new QLineEdit(this)), plural_(new QLineEdit(this)) {
    setWindowTitle(tr("What a case is"));
    resize(720, 620);
    which_->setAccessibleName(tr("Kind of case"));
    which_->setToolTip(tr("Those of this workspace first, then the ones that are always there"));
    title_->setAccessibleName(tr("Name of one case"));
    title_->setPlaceholderText(tr("for example Visit"));
    plural_->setAccessibleName(tr("Name of several cases"));
    plural_->setPlaceholderText(tr("for example visits"));
    auto* page = new QWidget(this);
    keys_ = new AttributeLines(tr("Attribute of the case"), completions_, page);
    ties_ = new AttributeLines(tr("Attribute that ties"), completions_, page);
    links_ = new QCheckBox(tr("Span links tie traces, too"), page);
    bots_ = new QueryEdit(context, page);
    bots_->setAccessibleName(tr("Condition of bots"));
    bots_->setPlaceholderText(QStringLiteral("{ .user_agent.original =~ \".*[Bb]ot.*\" }"));
    bots_->setHelp(tr("A case with such a span is of a bot or a test, in TraceQL, beside those that say so of themselves. Journeys leave them out, unless they are told to count them. Ctrl+Space completes."));
    keys_->setToolTip(plainToolTip(tr("Which case a trace belongs to is what it says in the first of these that the file has and that tells traces apart.")));
    ties_->setToolTip(plainToolTip(tr("A trace that does not say its case belongs to that of the traces with the same value here, as the order that a session led to.")));

    auto* bar = new QHBoxLayout;
    bar->setSpacing(measure::kPadding);
    bar->addWidget(which_, 1);
    for (QPushButton* button : {new_, duplicate_, remove_})
        bar->addWidget(button);
    auto* form = new QFormLayout(page);
    form->setContentsMargins(0, 0, measure::kPadding, 0);
    auto* names = new QHBoxLayout;
    names->setSpacing(measure::kPadding);
    names->addWidget(title_, 1);
    names->addWidget(plainLabel(tr("of several"), page));
    names->addWidget(plural_, 1);
    form->addRow(tr("Name"), names);
    form->addRow(tr("The same"), keys_);
    form->addRow(tr("Also tied by"), ties_);
    form->addRow(QString(), links_);
    form->addRow(tr("Bots are"), bots_);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(page);
    auto* open = new QPushButton(tr("Open a file…"), this);
    auto* close = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : {new_, duplicate_, remove_, open, write_, close})
        button->setAutoDefault(false);
    save_->setDefault(true);
    save_->setToolTip(tr("Kept in the workspace, and what the journey's cases are by"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addWidget(write_);
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(save_);
    words_->setWordWrap(true);
    auto* box = new QVBoxLayout(this);
    box->addLayout(bar);
    box->addWidget(undo_);
    box->addWidget(scroll, 1);
    box->addWidget(words_);
    box->addLayout(buttons);

    soon_.setSingleShot(true);
    constexpr int kSoon = 250; // ms after the last key
    soon_.setInterval(kSoon);
    connect(&soon_, &QTimer::timeout, this, &CaseKeyEditor::count);
    for (QLineEdit* line : {title_, plural_})
        connect(line, &QLineEdit::textChanged, this, &CaseKeyEditor::changed);
    connect(bots_, &QLineEdit::textChanged, this, &CaseKeyEditor::changed);
    connect(links_, &QCheckBox::toggled, this, &CaseKeyEditor::changed);
    for (AttributeLines* lines : {keys_, ties_})
        connect(lines, &AttributeLines::changed, this, &CaseKeyEditor::changed);
    connect(which_, &QComboBox::activated, this, &CaseKeyEditor::choose);
    connect(new_, &QPushButton::clicked, this, [this] { choose(-1); });
    connect(duplicate_, &QPushButton::clicked, this, &CaseKeyEditor::duplicate);
    connect(remove_, &QPushButton::clicked, this, &CaseKeyEditor::remove);
    connect(open, &QPushButton::clicked, this, &CaseKeyEditor::openFile);
    connect(write_, &QPushButton::clicked, this, &CaseKeyEditor::writeFile);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(save_, &QPushButton::clicked, this, &CaseKeyEditor::save);
    connect(&context_.caseKeys(), &CaseKeys::changed, this, &CaseKeyEditor::fillWhich);
    connect(&context_.caseKeys(), &CaseKeys::failed, this, [this](const QString& why) { undo_->tell(why); });
    connect(&context_, &ViewContext::tableChanged, this, [this] {
        readCompletions();
        changed();
    });
    readCompletions();
    const std::vector<CaseKey> all = context_.caseKeys().all();
    const auto begin = std::find_if(all.begin(), all.end(), [&](const CaseKey& key) { return key.id == id; });
    if (begin != all.end()) {
        edit(*begin, false);
    } else {
        CaseKey key = id.empty() ? CaseKey() : caseKeyOf(all, id);
        key.id.clear();
        key.title.clear(); // that of the kind it resembles is taken
        key.plural.clear();
        edit(key, true);
    }
}

CaseKeyEditor::~CaseKeyEditor() = default;

void CaseKeyEditor::edit(const CaseKey& key, bool isNew) {
    begun_ = key;
    isNew_ = isNew;
    fill(key);
    begun_ = caseKey(); // as the fields have it
    begun_.id = key.id;
    fillWhich();
    changed();
    isNew ? title_->setFocus() : which_->setFocus();
}

void CaseKeyEditor::fill(const CaseKey& key) {
    isFilling_ = true;
    title_->setText(toQString(key.title));
    plural_->setText(toQString(key.plural));
    keys_->setAttributes(key.keys);
    ties_->setAttributes(key.ties);
    links_->setChecked(key.links);
    bots_->setText(toQString(key.bots));
    isFilling_ = false;
}

void CaseKeyEditor::setCaseKey(const CaseKey& key) {
    fill(key);
    changed();
}

CaseKey CaseKeyEditor::caseKey() const {
    CaseKey out;
    out.title = title_->text().trimmed().toStdString();
    out.id = begun_.id.empty() ? out.title : begun_.id;
    out.plural = plural_->text().trimmed().toStdString();
    out.keys = keys_->attributes();
    out.ties = ties_->attributes();
    out.links = links_->isChecked();
    out.bots = bots_->text().trimmed().toStdString();
    return out;
}

QString CaseKeyEditor::problem() const {
    const CaseKey key = caseKey();
    if (key.title.empty())
        return tr("the case has no name");
    if (key.plural.empty())
        return tr("there is no name of several of them");
    for (const CaseKey& other : offered_)
        if ((isNew_ || other.id != key.id) && (isSame(other.title, key.title) || other.id == key.id))
            return tr("there already is a kind of case called %1").arg(singleLine(toQString(other.title)));
    return toQString(problemOf(key));
}

void CaseKeyEditor::fillWhich() {
    offered_ = context_.caseKeys().all();
    const auto& own = context_.caseKeys().own();
    which_->clear();
    for (size_t i = 0; i < offered_.size(); ++i) {
        if (i == own.size() && i > 0)
            which_->insertSeparator(which_->count());
        which_->addItem(singleLine(toQString(offered_[i].title)), static_cast<int>(i));
        if (!isNew_ && offered_[i].id == begun_.id)
            which_->setCurrentIndex(which_->count() - 1);
    }
    if (isNew_) {
        which_->addItem(tr("New kind of case"), -1);
        which_->setCurrentIndex(which_->count() - 1);
    }
    const bool isMine = std::any_of(own.begin(), own.end(), [this](const CaseKey& key) { return key.id == begun_.id; });
    remove_->setEnabled(!isNew_ && isMine);
    remove_->setToolTip(isMine ? tr("Out of the workspace") : tr("What is always there can be changed, not deleted"));
    duplicate_->setEnabled(!isNew_);
}

/// What is edited and not saved can be had back when something else comes into its place.
void CaseKeyEditor::offerUnsaved() {
    CaseKey edited = caseKey();
    edited.id = begun_.id;
    if (edited == begun_ && (!isNew_ || edited == CaseKey()))
        return;
    undo_->offer(edited.title.empty() ? tr("What was edited is not saved.") : tr("What was changed in \u201c%1\u201d is not saved.").arg(singleLine(toQString(edited.title))), [this, edited, begun = begun_, isNew = isNew_] {
        offerUnsaved();
        edit(begun, isNew);
        setCaseKey(edited);
    });
}

void CaseKeyEditor::replaceBy(CaseKey key) {
    offerUnsaved();
    if (std::any_of(offered_.begin(), offered_.end(), [&](const CaseKey& other) { return other.id == key.id; }))
        key.id.clear();
    edit(key, true);
}

void CaseKeyEditor::choose(int index) {
    const int at = index < 0 ? -1 : which_->itemData(index).toInt();
    if (index >= 0 && at < 0)
        return; // the new one is what is edited
    offerUnsaved();
    at < 0 ? edit({}, true) : edit(CaseKey(offered_[static_cast<size_t>(at)]), false);
}

void CaseKeyEditor::duplicate() {
    CaseKey copy = caseKey();
    copy.id.clear();
    const std::string title = copy.title;
    const auto isTaken = [&] { return std::any_of(offered_.begin(), offered_.end(), [&](const CaseKey& key) { return isSame(key.title, copy.title) || key.id == copy.title; }); };
    for (int n = 2; isTaken(); ++n)
        copy.title = title + ' ' + std::to_string(n);
    edit(copy, true);
}

void CaseKeyEditor::remove() {
    const auto& own = context_.caseKeys().own();
    const auto found = std::find_if(own.begin(), own.end(), [this](const CaseKey& key) { return key.id == begun_.id; });
    if (found == own.end())
        return;
    const CaseKey removed = *found;
    context_.caseKeys().remove(removed.id);
    const std::vector<CaseKey> rest = context_.caseKeys().all(); // never without presets
    const auto preset = std::find_if(rest.begin(), rest.end(), [&](const CaseKey& key) { return key.id == removed.id; });
    edit(preset != rest.end() ? *preset : rest.front(), false);
    undo_->offer(tr("\u201c%1\u201d was deleted.").arg(singleLine(toQString(removed.title))), [this, removed] {
        context_.caseKeys().keep(removed);
        edit(removed, false);
    });
}

void CaseKeyEditor::changed() {
    if (isFilling_)
        return;
    counted_.reset();
    const QString why = problem();
    save_->setEnabled(why.isEmpty());
    write_->setEnabled(why.isEmpty());
    words_->setText(why.isEmpty() ? context_.table()->isEmpty() ? toQString(sentenceOf(caseKey())) : tr("Counting…") : tr("Not ready to be saved: %1.").arg(why));
    worker_.cancel();
    soon_.start();
}

void CaseKeyEditor::count() {
    if (!problem().isEmpty() || context_.table()->isEmpty() || context_.isProvisional())
        return;
    worker_.run<std::shared_ptr<const CaseTrial>>(
        [asked = context_.queryContext(), key = caseKey()](const StopToken& stop) { return std::make_shared<const CaseTrial>(tryCaseKey(asked, key, stop)); },
        [this](std::shared_ptr<const CaseTrial> trial) {
            counted_ = std::move(trial);
            QString words = toQString(counted_->candidate.sentence);
            for (const std::string& note : counted_->notes)
                words += QLatin1Char('\n') + toQString(note);
            words_->setText(words);
        },
        [this](const QString& why) { words_->setText(why); });
}

void CaseKeyEditor::readCompletions() {
    completionWorker_.run<std::vector<std::pair<std::string, uint64_t>>>(
        [asked = context_.queryContext()](const StopToken& stop) {
            const traceql::OpenSource open(asked, {.attributes = true}, stop);
            std::vector<std::pair<std::string, uint64_t>> out;
            for (const traceql::KeyCount& key : traceql::keyCounts(open.source(), stop)) {
                const auto known = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == key.name; });
                if (known != out.end()) // of spans and of resources
                    known->second += key.spans;
                else if (out.size() < kMostCompletions)
                    out.emplace_back(key.name, key.spans);
            }
            return out;
        },
        [this](const std::vector<std::pair<std::string, uint64_t>>& found) {
            completions_->clear();
            for (const auto& [name, spans] : found) {
                auto* item = new QStandardItem(tr("%1 (%2)").arg(singleLine(toQString(name)), toQString(aisle::counted(spans, "span", "spans"))));
                item->setData(toQString(name), AttributeLines::NameRole);
                completions_->appendRow(item);
            }
        },
        [](const QString&) {}); // then names are typed
}

void CaseKeyEditor::save() {
    if (!problem().isEmpty())
        return;
    const CaseKey key = caseKey();
    context_.caseKeys().keep(key);
    Q_EMIT saved(toQString(key.id));
    accept();
}

void CaseKeyEditor::openFile() {
    auto* dialog = new QFileDialog(this, tr("Open what a case is"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Kinds of cases (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        fileWorker_.run<CaseKey>([path = path.toStdString()](const StopToken&) { return caseKeyOfFile(path); }, [this](const CaseKey& read) { replaceBy(read); },
                                 [this](const QString& why) { undo_->tell(why); });
    });
    dialog->open();
}

void CaseKeyEditor::writeFile() {
    auto* dialog = new QFileDialog(this, tr("Write what a case is to a file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Kinds of cases (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, json = toJson(caseKey())](const QString& name) {
        undo_->tell({});
        fileWorker_.run<bool>(
            [exporter = context_.exporter(), name, json](const StopToken&) {
                exporter.toFile(name.toStdString(), exporter.render("cases", json));
                return true;
            },
            [](bool) {}, [this](const QString& problem) { undo_->tell(problem); });
    });
    dialog->open();
}

} // namespace aisle
