#pragma once
// Text from a file shown as text. Qt guesses that a tool tip or label that looks like HTML is HTML; a span
// name must never be able to load an image or look like a button.

#include <QString>

#include <string_view>

class QLabel;
class QWidget;

namespace aisle {

/// For setToolTip() and QToolTip::showText(): escaped, lines kept, wrapped, cut at 2,000 characters.
QString plainToolTip(const QString& text);
/// The same text on one line: line breaks and other control characters (also those that turn the direction of
/// writing) become spaces; cut at 500 characters, which no line has room for.
QString singleLine(const QString& text);
/// For an entry of a menu: on one line, what would mark a shortcut is shown instead, and of more than 60 characters the middle is left out,
/// so that neither an end that tells two apart is lost nor a menu is wider than the screen.
QString menuText(const QString& text);
/// A label that takes everything literally; its text can be selected.
QLabel* plainLabel(const QString& text, QWidget* parent = nullptr);

/// UTF-8 of the model.
QString toQString(std::string_view utf8);

} // namespace aisle
