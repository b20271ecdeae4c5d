#include "orders/order_words.h"

#include "resource/resource.h"
#include "story/kept_words.h"
#include "text/small_file.h"
#include "widgets/plain_text.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPointer>

namespace aisle {

namespace {

std::shared_ptr<const StoryTemplates> builtIn() {
    static const auto known = std::make_shared<const StoryTemplates>(StoryTemplates::english());
    return known;
}

QString problemsOf(const StoryTemplates& words) {
    constexpr size_t kMost = 3;
    QStringList out;
    for (size_t i = 0; i < words.problems().size() && i < kMost; ++i)
        out << singleLine(toQString(words.problems()[i]));
    return out.join(QLatin1Char(' '));
}

} // namespace

OrderWords::OrderWords(ViewContext& context, QWidget* parent)
    : QObject(parent), context_(context), parent_(parent), store_(context, kStoryWords, tr("set of sentences"), 1, false, this), words_(builtIn()) {
    connect(&store_, &UserStore::changed, this, &OrderWords::take);
    connect(&store_, &UserStore::failed, this, &OrderWords::fail);
    take();
}

/// They may have come from another window of the workspace, or with another workspace.
void OrderWords::take() {
    if (workspace_ != context_.workspace()) {
        workspace_ = context_.workspace();
        fail({}); // it was of the one before
    }
    const std::string now = store_.items().empty() ? std::string() : store_.items().front().content;
    if (now == own_)
        return;
    own_ = now;
    if (own_.empty()) {
        worker_.cancel();
        words_ = builtIn();
        problems_.clear();
        tell();
        Q_EMIT changed();
        return;
    }
    worker_.run<std::shared_ptr<const StoryTemplates>>([json = own_](const StopToken&) { return std::make_shared<const StoryTemplates>(StoryTemplates::ofKept(json)); },
                                                       [this](std::shared_ptr<const StoryTemplates> words) {
                                                           words_ = std::move(words);
                                                           problems_ = problemsOf(*words_);
                                                           tell();
                                                           Q_EMIT changed();
                                                       });
}

void OrderWords::tell() { Q_EMIT said(QString(problems_ + QLatin1Char(' ') + failure_).trimmed()); }

/// Empty: what was tried last has succeeded.
void OrderWords::fail(const QString& why) {
    failure_ = singleLine(why);
    tell();
}

void OrderWords::use(const std::string& json, const QString& told) {
    fail({});
    const std::string before = own_;
    if (json == before)
        return;
    if (json.empty())
        store_.remove(kStoryWordsName);
    else
        store_.keep(kStoryWordsName, json);
    Q_EMIT context_.undoOffered(told, [self = QPointer(this), before, of = std::weak_ptr(context_.workspace())] {
        if (self && of.lock() == self->context_.workspace())
            self->use(before, tr("Orders are told in the sentences as before."));
    });
}

void OrderWords::useBuiltIn() { use({}, tr("Orders are told in the built-in sentences.")); }

void OrderWords::readFile(const QString& path) {
    // Another workspace may be open when the file has been read.
    const auto isStillOpen = [this, of = std::weak_ptr(context_.workspace())] { return !of.expired() && of.lock() == context_.workspace(); };
    fileWorker_.run<std::string>(
        [path = path.toStdString()](const StopToken&) {
            return readSmallFile(path, [](const std::string& json) {
                (void)StoryTemplates::fromJson(json); // throws where it is none
                return json;
            });
        },
        [this, isStillOpen, name = QFileInfo(path).fileName()](const std::string& json) {
            if (isStillOpen())
                use(json, tr("Orders are told in the sentences of %1.").arg(singleLine(name)));
        },
        [this, isStillOpen](const QString& why) {
            if (isStillOpen())
                fail(why);
        });
}

void OrderWords::writeFile(const QString& path) {
    // Sentences are no data of anybody: they are not masked.
    fileWorker_.run<bool>(
        [exporter = context_.exporter(), path = path.toStdString(), own = own_](const StopToken&) {
            exporter.toFile(path, own.empty() ? readResource(":/story/en.json") : own);
            return true;
        },
        [this](bool) { fail({}); }, [this](const QString& why) { fail(why); });
}

void OrderWords::openDialog(bool writes) {
    auto* dialog = new QFileDialog(parent_, writes ? tr("Save sentences as a file") : tr("Open sentences"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(writes ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(writes ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Sentences (*.json)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, writes](const QString& path) {
        if (writes)
            writeFile(path);
        else
            readFile(path);
    });
    dialog->open();
}

void OrderWords::fill(QMenu& menu) {
    menu.setToolTipsVisible(true);
    QAction* open = menu.addAction(tr("Open sentences from a file…"));
    open->setToolTip(tr("Sentences of the shop, in whatever language: kept in the workspace, for its windows and for aisle show order"));
    QAction* save = menu.addAction(tr("Save the present sentences as a file…"));
    save->setToolTip(tr("To change or translate them"));
    QAction* back = menu.addAction(tr("Back to the built-in sentences"));
    connect(open, &QAction::triggered, this, [this] { openDialog(false); });
    connect(save, &QAction::triggered, this, [this] { openDialog(true); });
    connect(back, &QAction::triggered, this, &OrderWords::useBuiltIn);
    connect(&menu, &QMenu::aboutToShow, this, [this, open, back] {
        open->setEnabled(context_.workspace() != nullptr);
        back->setEnabled(!own_.empty());
    });
}

} // namespace aisle
