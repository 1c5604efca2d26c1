/** Entry of the page: defines the elements; <wx-app> does the rest. */
import "./components/app.js";
