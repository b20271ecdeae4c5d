#include "orders/fulfilment_model.h"

#include "text/format.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {

/// It cannot be chosen.
bool isSaid(FulfilmentModel::Kind kind) { return kind == FulfilmentModel::Kind::Heading || kind == FulfilmentModel::Kind::Words || kind == FulfilmentModel::Kind::Looking; }

QString number(uint64_t n) { return toQString(formatCount(n)); }

/// "wait 7 min 36 s (p90 9 min 55 s), of that in the queue 7 min 30 s · work 17.5 ms (p90 30.1 ms)"
QString timesOf(const FulfilmentFigures::Stage& stage) {
    QStringList out;
    const auto times = [](const QString& what, const FulfilmentFigures::Times& of) { return QObject::tr("%1 %2 (p90 %3)").arg(what, toQString(formatWait(of.p50)), toQString(formatWait(of.p90))); };
    if (stage.wait.visits > 0) {
        // Where nearly all of it is in the queue one figure says both.
        const bool isQueued = stage.queue.visits == stage.wait.visits && formatWait(stage.queue.p50) == formatWait(stage.wait.p50) && formatWait(stage.queue.p90) == formatWait(stage.wait.p90);
        QString wait = times(isQueued ? QObject::tr("in the queue") : QObject::tr("wait"), stage.wait);
        if (stage.queue.visits > 0 && !isQueued)
            wait += QObject::tr(", in the queue %1").arg(toQString(formatWait(stage.queue.p50)));
        out << wait;
    }
    if (stage.work.visits > 0)
        out << times(QObject::tr("work"), stage.work);
    return out.join(QStringLiteral("  ·  "));
}

} // namespace

void FulfilmentModel::setContent(FulfilmentContent content) {
    beginResetModel();
    content_ = std::move(content);
    bottlenecks_.reset();
    problem_.clear();
    fill();
    endResetModel();
}

void FulfilmentModel::setBottlenecks(std::shared_ptr<const Bottlenecks> found, const QString& problem) {
    bottlenecks_ = std::move(found);
    problem_ = problem;
    if (bottlenecks_)
        expected_ = std::clamp<size_t>(bottlenecks_->found.size(), 1, kFirst);
    if (!lines_.empty())
        showLosses(1, losses()); // the heading stays
}

void FulfilmentModel::setUnfolded(bool isUnfolded) {
    if (isUnfolded == isUnfolded_)
        return;
    isUnfolded_ = isUnfolded;
    const auto more = std::find_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.kind == Kind::More; });
    if (more == lines_.end())
        return;
    const auto row = more - lines_.begin();
    more->space = 0;
    showLosses(static_cast<size_t>(row) + 1, losses());
    Q_EMIT dataChanged(index(static_cast<int>(row)), index(static_cast<int>(row)));
}

void FulfilmentModel::setSpaceAboveStages(int pixels) {
    if (losses_ == 0)
        return;
    const QModelIndex last = index(static_cast<int>(losses_) - 1);
    lines_[losses_ - 1].space = pixels;
    Q_EMIT dataChanged(last, last);
}

/// In place of the losses from that line on. Stages stay the rows they are, so that who watches one keeps it.
void FulfilmentModel::showLosses(size_t from, std::vector<Line> lines) {
    const auto at = [this](size_t line) { return lines_.begin() + static_cast<std::ptrdiff_t>(line); };
    if (from < losses_) {
        beginRemoveRows({}, static_cast<int>(from), static_cast<int>(losses_) - 1);
        lines_.erase(at(from), at(losses_));
        losses_ = from;
        endRemoveRows();
    }
    if (from < lines.size()) {
        beginInsertRows({}, static_cast<int>(from), static_cast<int>(lines.size()) - 1);
        lines_.insert(at(from), lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end());
        losses_ = lines.size();
        endInsertRows();
    }
}

void FulfilmentModel::showLeaving(const FulfilmentModel& other, const Redactor& redactor) {
    beginResetModel();
    content_ = other.content_;
    bottlenecks_ = other.bottlenecks_;
    mostShare_ = other.mostShare_;
    isUnfolded_ = other.isUnfolded_;
    lines_ = other.lines_;
    losses_ = other.losses_;
    for (Line& line : lines_) {
        line.text = toQString(redactor.redact("sentence", line.text.toStdString()));
        line.detail = toQString(redactor.redact("sentence", line.detail.toStdString()));
    }
    endResetModel();
}

FulfilmentModel::Line FulfilmentModel::stageLine(size_t stage) const {
    const FulfilmentFigures::Stage& s = content_.figures.stages[stage];
    Line line{Kind::Stage, stage, singleLine(toQString(s.name)), toQString(counted(s.orders, "order", "orders"))};
    if (s.isOptional)
        line.detail += tr("  ·  optional");
    if (s.passed < s.orders)
        line.detail += tr("  ·  %1 passed").arg(number(s.passed));
    if (s.reworked > 0)
        line.detail += tr("  ·  %1 again").arg(number(s.reworked));
    if (s.failed > 0)
        line.detail += tr("  ·  %1 failed").arg(number(s.failed));
    line.more = timesOf(s);
    if (content_.baseline && stage < content_.baseline->stages.size()) {
        const FulfilmentFigures::Stage& other = content_.baseline->stages[stage];
        line.baseline = tr("compared with %1").arg(toQString(counted(other.orders, "order", "orders")));
        if (const QString times = timesOf(other); !times.isEmpty())
            line.baseline += QStringLiteral(": ") + times;
    }
    QStringList alarm;
    if (s.stuck > 0)
        alarm << tr("%1 stuck").arg(number(s.stuck));
    if (s.failedOrders > 0)
        alarm << tr("%1 ended here").arg(number(s.failedOrders));
    if (s.late > 0)
        alarm << tr("%1 late").arg(number(s.late));
    if (s.underWay > 0)
        line.detail += tr("  ·  %1 here now").arg(number(s.underWay));
    line.alarm = alarm.join(QStringLiteral("  ·  "));
    return line;
}

std::vector<FulfilmentModel::Line> FulfilmentModel::losses() const {
    std::vector<Line> out = {{Kind::Heading, 0, tr("Where orders lose time"), {}}};
    if (!problem_.isEmpty() || !bottlenecks_) {
        out.push_back({problem_.isEmpty() ? Kind::Looking : Kind::Words, expected_, problem_.isEmpty() ? tr("Looking at every instance and its work…") : problem_, {}});
        return out;
    }
    const Bottlenecks& all = *bottlenecks_;
    const auto bottleneck = [&](size_t i) { out.push_back({Kind::Bottleneck, i, singleLine(toQString(sentenceOf(all.found[i]))), singleLine(toQString(figuresOf(all.found[i])))}); };
    const size_t first = std::min(kFirst, all.found.size());
    for (size_t i = 0; i < first; ++i)
        bottleneck(i);
    if (all.found.empty()) {
        QStringList notes;
        for (const std::string& note : bottleneckNotes(all))
            notes << singleLine(toQString(note));
        out.push_back({Kind::Words, 0, notes.join(QLatin1Char(' ')), {}});
    }
    QStringList more;
    if (first < all.found.size())
        more << tr("%1 more").arg(number(all.found.size() - first));
    if (!all.longest.empty())
        more << toQString(counted(all.longest.size(), "long wait that is no bottleneck", "long waits that are no bottleneck"));
    if (more.isEmpty())
        return out;
    out.push_back({Kind::More, 0, more.join(QStringLiteral("  ·  ")), {}});
    if (!isUnfolded_)
        return out;
    for (size_t i = first; i < all.found.size(); ++i)
        bottleneck(i);
    for (size_t i = 0; i < all.longest.size(); ++i)
        out.push_back({Kind::LongWait, i, singleLine(toQString(sentenceOf(all.longest[i]))), {}});
    return out;
}

void FulfilmentModel::fill() {
    lines_.clear();
    losses_ = 0;
    mostShare_ = 0;
    if (!content_.log || content_.figures.orders == 0)
        return;
    lines_ = losses();
    losses_ = lines_.size();
    lines_.push_back({Kind::Heading, 0, tr("Stages"), {}, tr("of lead time")});
    for (size_t k = 0; k < content_.figures.stages.size(); ++k) {
        lines_.push_back(stageLine(k));
        mostShare_ = std::max(mostShare_, content_.figures.stages[k].waitShare + content_.figures.stages[k].workShare);
    }
    const Conformance& c = content_.conformance;
    const uint64_t judged = c.orders - c.notJudged;
    lines_.push_back({Kind::Heading, 0, tr("Not as the flow says"), judged == 0 ? tr("no order is over yet") : tr("%1 of %2 went as it says").arg(number(c.conforming), toQString(counted(judged, "order", "orders")))});
    for (size_t i = 0; i < c.deviations.size(); ++i)
        lines_.push_back({Kind::Deviation, i, singleLine(toQString(wordsOf(c.deviations[i], *content_.log))), toQString(counted(c.deviations[i].orders.size(), "order", "orders"))});
    if (c.deviations.empty())
        lines_.push_back({Kind::Words, 0, tr("No order did anything else."), {}});
}

int FulfilmentModel::rowOfStage(std::string_view name) const {
    for (size_t row = losses_; row < lines_.size(); ++row)
        if (lines_[row].kind == Kind::Stage && content_.figures.stages[lines_[row].at].name == name)
            return static_cast<int>(row);
    return -1;
}

std::vector<CaseNumber> FulfilmentModel::ordersOf(int row) const {
    const Line* of = line(row);
    if (of == nullptr)
        return {};
    if (of->kind == Kind::Bottleneck)
        return bottlenecks_->found[of->at].orders;
    if (of->kind == Kind::Deviation)
        return content_.conformance.deviations[of->at].orders;
    if (of->kind != Kind::Stage && of->kind != Kind::LongWait)
        return {};
    const size_t stage = of->kind == Kind::Stage ? of->at : bottlenecks_->longest[of->at].stage;
    const FulfilmentLog& log = *content_.log;
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < log.cases(); ++c)
        if (content_.only[c] && std::any_of(log.visits.begin() + log.first[c], log.visits.begin() + log.first[c + 1], [&](const FulfilmentLog::Visit& v) { return v.stage == stage; }))
            out.push_back(c);
    return out;
}

Qt::ItemFlags FulfilmentModel::flags(const QModelIndex& index) const {
    const Line* of = index.isValid() ? line(index.row()) : nullptr;
    if (of == nullptr)
        return QAbstractListModel::flags(index);
    return isSaid(of->kind) ? Qt::ItemFlags(Qt::ItemIsEnabled) : QAbstractListModel::flags(index);
}

QVariant FulfilmentModel::data(const QModelIndex& index, int role) const {
    const Line* of = line(index.row());
    if (of == nullptr)
        return {};
    const auto all = [this, of](const QString& between) {
        QStringList parts = {of->kind != Kind::More ? of->text : isUnfolded_ ? tr("%1, unfolded").arg(of->text) : tr("%1, folded").arg(of->text), of->detail, of->more, of->alarm, of->baseline};
        parts.removeAll(QString());
        return parts.join(between);
    };
    switch (role) {
    case Qt::DisplayRole: return of->text;
    case Qt::AccessibleTextRole: return all(QStringLiteral(", "));
    case Qt::ToolTipRole:
        if (of->kind == Kind::Heading && !of->more.isEmpty())
            return plainToolTip(tr("The share of the lead time of all orders together that passed before a stage and in it: waiting, then work"));
        if (of->kind == Kind::Stage) {
            const FulfilmentFigures::Stage& stage = content_.figures.stages[of->at];
            return plainToolTip(all(QStringLiteral("\n")) + QLatin1Char('\n') + tr("%1 of the lead time of all orders: %2 waiting, %3 work").arg(toQString(formatPercent(stage.waitShare + stage.workShare)), toQString(formatPercent(stage.waitShare)), toQString(formatPercent(stage.workShare))) +
                                QLatin1Char('\n') + tr("Wait and work are of every visit, repeats and failures included"));
        }
        return isSaid(of->kind) || of->kind == Kind::More ? QVariant() : QVariant(plainToolTip(all(QStringLiteral("\n"))));
    case CopyKeyRole: return QStringLiteral("sentence");
    default: return {};
    }
}

} // namespace aisle
