// Holds the compiled resources; CMake adds them to this library.
