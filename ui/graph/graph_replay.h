#pragma once
// Plays a service graph back: a slider over its time with the calls of each moment, and a button that runs it.

#include "service_graph/graph_timeline.h"
#include "text/format.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace aisle {

class ElidedLabel;

class GraphReplay : public QWidget {
    Q_OBJECT
public:
    explicit GraphReplay(QWidget* parent);

    /// Null: nothing is played.
    void setTimeline(std::shared_ptr<const GraphTimeline> timeline, TimeZone zone);
    void setProblem(const QString& words); ///< why there is none, or not yet
    void togglePlay();
    void stop();
    void refresh() { show(); } ///< says the moment again
    void setMoment(int bucket);
    int moment() const;
    bool isPlaying() const { return timer_.isActive(); }

Q_SIGNALS:
    void momentChanged(const ServiceGraph& moment);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    class Traffic;
    void show();
    void play();

    std::shared_ptr<const GraphTimeline> timeline_;
    TimeZone zone_;
    QToolButton* play_;
    QSlider* slider_;
    QComboBox* window_; ///< how many moments are looked at together
    QLabel* words_;
    ElidedLabel* note_; ///< what is at no moment; hidden while everything is at one
    Traffic* traffic_;
    QTimer timer_;
};

} // namespace aisle
