#include "graph/graph_bar.h"

#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/flow_layout.h"
#include "widgets/plain_text.h"

#include <QAbstractItemView>
#include <QButtonGroup>
#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStringListModel>
#include <QToolButton>

namespace aisle {

namespace {

QHBoxLayout* row(QWidget* owner) {
    auto* layout = new QHBoxLayout(owner);
    layout->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    layout->setSpacing(measure::kPadding);
    return layout;
}

void choose(QComboBox* box, const QVariant& data) {
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(std::max(0, box->findData(data)));
}

} // namespace

GraphBar::GraphBar(QWidget* parent)
    : QWidget(parent), places_(new QComboBox(this)), groups_(new QComboBox(this)), edges_(new QComboBox(this)), lens_(new QWidget(this)), words_(new ElidedLabel(this)), search_(new QLineEdit(this)),
      names_(new QStringListModel(this)) {
    picture_ = addToggle(tr("Graph"), tr("Draw who calls whom"));
    calls_ = addToggle(tr("Calls"), tr("The same as a table of calls, with all numbers"));
    nodes_ = addToggle(tr("Nodes"), tr("The same as a table of services, databases and queues, with all numbers"));
    auto* group = new QButtonGroup(this);
    for (QToolButton* button : {picture_, calls_, nodes_})
        group->addButton(button);
    picture_->setChecked(true);
    connect(group, &QButtonGroup::buttonClicked, this, &GraphBar::showChanged);

    places_->addItem(tr("Layers"), int(Places::Layered));
    places_->addItem(tr("Forces"), int(Places::Force));
    places_->addItem(tr("Around the focus"), int(Places::Radial));
    places_->setToolTip(plainToolTip(tr("Where nodes are: callers before callees, what calls each other close together, or in rings around the service in focus")));
    places_->setAccessibleName(tr("Layout"));
    connect(places_, &QComboBox::activated, this, &GraphBar::placesChanged);

    setGroupKeys({});
    groups_->setToolTip(plainToolTip(tr("Bring nodes together into one. A double click opens a group.")));
    groups_->setAccessibleName(tr("Group by"));
    connect(groups_, &QComboBox::activated, this, &GraphBar::groupByChanged);

    edges_->addItem(tr("All calls"), 0U);
    for (const uint32_t most : {1000U, 300U, 100U, 30U})
        edges_->addItem(tr("Top %1 calls").arg(QLocale(QLocale::English).toString(most)), most);
    edges_->setToolTip(plainToolTip(tr("Show the edges that have most of the calls, of the failures or of the time; what is left out is said")));
    edges_->setAccessibleName(tr("Edges shown"));
    connect(edges_, &QComboBox::activated, this, &GraphBar::mostEdgesChanged);

    onlyFocus_ = addToggle(tr("Only the focus"), tr("Only what the trace, stage or case in focus called"));
    compare_ = addToggle(tr("Compare"), tr("What is different from other traces: before a release, in another file, everything else. Traces that were chosen for being slow or failed differ in that, of course."));
    replay_ = addToggle(tr("Replay"), tr("Play the calls back, moment by moment"));
    connect(onlyFocus_, &QToolButton::clicked, this, &GraphBar::onlyFocusChanged);
    connect(compare_, &QToolButton::clicked, this, &GraphBar::comparingChanged);
    connect(replay_, &QToolButton::clicked, this, &GraphBar::replayingChanged);

    search_->setPlaceholderText(tr("Find a node"));
    search_->setAccessibleName(tr("Find a node"));
    search_->setClearButtonEnabled(true);
    search_->setFixedWidth(200);
    auto* completer = new QCompleter(names_, this);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    search_->setCompleter(completer);
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) { Q_EMIT searched(text, false); });
    connect(search_, &QLineEdit::returnPressed, this, [this] { Q_EMIT searched(search_->text(), true); });
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this](const QString& text) { Q_EMIT searched(text, true); });

    direction_ = new QComboBox(lens_);
    direction_->addItem(tr("callers and callees"), int(GraphLens::Direction::Both));
    direction_->addItem(tr("callers"), int(GraphLens::Direction::Upstream));
    direction_->addItem(tr("callees"), int(GraphLens::Direction::Downstream));
    direction_->setAccessibleName(tr("Callers or callees"));
    connect(direction_, &QComboBox::activated, this, [this] { Q_EMIT directionAsked(static_cast<GraphLens::Direction>(direction_->currentData().toInt())); });
    lensWords_ = new ElidedLabel(lens_);
    lensWords_->setContentsMargins(0, 0, 0, 0);
    lensWords_->setWidest(520);
    const auto step = [this](const QString& text, const QString& help) {
        auto* button = new QToolButton(lens_);
        button->setText(text);
        button->setToolTip(plainToolTip(help));
        button->setAccessibleName(help);
        return button;
    };
    fewer_ = step(QStringLiteral("−"), tr("One call less"));
    more_ = step(QStringLiteral("+"), tr("One call more"));
    end_ = step(tr("Show everything"), tr("Show the whole graph again"));
    connect(fewer_, &QToolButton::clicked, this, [this] { Q_EMIT hopsAsked(-1); });
    connect(more_, &QToolButton::clicked, this, [this] { Q_EMIT hopsAsked(1); });
    connect(end_, &QToolButton::clicked, this, &GraphBar::lensEnded);

    auto* line = new QWidget(this);
    auto* first = new FlowLayout(line, measure::kPadding);
    first->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    auto* shows = new QWidget(line); // they are one choice, which does not part at the end of a row
    auto* together = new QHBoxLayout(shows);
    together->setContentsMargins(0, 0, 0, 0);
    together->setSpacing(4);
    for (QToolButton* button : {picture_, calls_, nodes_})
        together->addWidget(button);
    // Words are always there: a row that came and went would move the graph.
    words_->setForegroundRole(QPalette::PlaceholderText);
    words_->setElideMode(Qt::ElideRight);
    words_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    words_->setMinimumWidth(200);
    for (QWidget* widget : {shows, static_cast<QWidget*>(places_), static_cast<QWidget*>(groups_), static_cast<QWidget*>(edges_), static_cast<QWidget*>(search_),
                            static_cast<QWidget*>(onlyFocus_), static_cast<QWidget*>(compare_), static_cast<QWidget*>(replay_), static_cast<QWidget*>(words_)})
        first->addWidget(widget);
    auto* second = row(lens_);
    second->setContentsMargins(measure::kPadding, 0, measure::kPadding, 4);
    for (QWidget* widget : {static_cast<QWidget*>(lensWords_), static_cast<QWidget*>(fewer_), static_cast<QWidget*>(more_), static_cast<QWidget*>(direction_), static_cast<QWidget*>(end_)})
        second->addWidget(widget);
    second->addStretch(1);
    lens_->hide();
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(line);
    box->addWidget(lens_);
}

QToolButton* GraphBar::addToggle(const QString& text, const QString& help) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setCheckable(true);
    button->setObjectName(QStringLiteral("toggle"));
    button->setToolTip(plainToolTip(help));
    return button;
}

GraphBar::Show GraphBar::show() const { return calls_->isChecked() ? Show::Edges : nodes_->isChecked() ? Show::Nodes : Show::Picture; }
void GraphBar::setShow(Show show) { (show == Show::Edges ? calls_ : show == Show::Nodes ? nodes_ : picture_)->setChecked(true); }
GraphBar::Places GraphBar::places() const { return static_cast<Places>(places_->currentData().toInt()); }
void GraphBar::setPlaces(Places places) { choose(places_, int(places)); }
QString GraphBar::groupBy() const { return groups_->currentData().toString(); }

/// One that is not offered is added: the keys of the file may not be known yet.
void GraphBar::setGroupBy(const QString& key) {
    if (groups_->findData(key) < 0)
        groups_->addItem(tr("By %1").arg(singleLine(key)), key);
    choose(groups_, key);
}

void GraphBar::setGroupKeys(const std::vector<std::pair<QString, QString>>& keys) {
    const QString now = groupBy();
    const QSignalBlocker quiet(groups_);
    groups_->clear();
    groups_->addItem(tr("No groups"), QString());
    groups_->addItem(tr("By kind"), QStringLiteral("kind"));
    for (const auto& [key, words] : keys)
        groups_->addItem(tr("By %1").arg(words), key);
    groups_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    groups_->setMaximumWidth(140);
    groups_->view()->setMinimumWidth(groups_->view()->sizeHintForColumn(0) + 24); // the list shows names whole
    setGroupBy(now);
}

uint32_t GraphBar::mostEdges() const { return edges_->currentData().toUInt(); }
void GraphBar::setMostEdges(uint32_t edges) {
    if (edges_->findData(edges) < 0)
        edges_->addItem(tr("Top %1 calls").arg(edges), edges);
    choose(edges_, edges);
}
bool GraphBar::isOnlyFocus() const { return onlyFocus_->isChecked(); }
/// From saved settings it may come before there is a focus: it can be taken back all the same.
void GraphBar::setOnlyFocus(bool only) {
    onlyFocus_->setChecked(only);
    onlyFocus_->setEnabled(only || onlyFocus_->isEnabled());
}
void GraphBar::setOnlyFocusEnabled(bool enabled) { onlyFocus_->setEnabled(enabled || onlyFocus_->isChecked()); }
bool GraphBar::isComparing() const { return compare_->isChecked(); }
void GraphBar::setComparing(bool comparing) { compare_->setChecked(comparing); }
bool GraphBar::isReplaying() const { return replay_->isChecked(); }
void GraphBar::setReplaying(bool replaying) { replay_->setChecked(replaying); }

void GraphBar::setLens(const GraphLens& lens, const QString& around, const QString& pathTo) {
    lens_->setVisible(!lens.around.empty());
    const bool isPath = !lens.pathTo.empty();
    for (QWidget* widget : {static_cast<QWidget*>(fewer_), static_cast<QWidget*>(more_), static_cast<QWidget*>(direction_)})
        widget->setVisible(!isPath);
    fewer_->setEnabled(lens.hops != 1);
    more_->setEnabled(lens.hops != 0);
    choose(direction_, int(lens.direction));
    if (isPath)
        lensWords_->setText(tr("All ways from %1 to %2").arg(around, pathTo));
    else if (lens.hops == 0)
        lensWords_->setText(tr("Around %1, however many calls away").arg(around));
    else
        lensWords_->setText(lens.hops == 1 ? tr("Around %1, 1 call away").arg(around) : tr("Around %1, up to %2 calls away").arg(around).arg(lens.hops));
}

void GraphBar::setWords(const QString& words) {
    words_->setText(words);
}
/// The same ones again would close the list that is being chosen from.
void GraphBar::setNames(const QStringList& names) {
    if (names != names_->stringList())
        names_->setStringList(names);
}


QString GraphBar::searchText() const { return search_->text(); }

void GraphBar::openSearch() {
    search_->setFocus();
    search_->selectAll();
}

bool GraphBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == search_ && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        search_->clear();
        Q_EMIT searchEnded();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace aisle
